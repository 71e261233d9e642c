import type { Fan } from "./fan.js";

const [module, place, count] = process.argv.slice(2);
const { fan } = (await import(module)) as { readonly fan: Fan };
for (let i = 0; i < Number(count); i++) await fan.subscribe(JSON.parse(place), () => {});
process.send?.("ready");
