export { LmdbStore, type LmdbStoreOptions } from "./store.js";
