/** A file that cannot be read or written, or lies where it must not. */
export class LoadError extends Error {}
