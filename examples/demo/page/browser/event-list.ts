import { byId, made } from "./dom.js";

const keptLines = 6;

/** What happened last, newest first. The lines stay where they are, only their text moves on. */
export class EventList {
  readonly #lines = Array.from({ length: keptLines }, () => made("li"));
  #counted = "";
  #count = 0;

  constructor() {
    byId("events").append(...this.#lines);
  }

  add(text: string): void {
    const texts = this.#lines.map(({ textContent }) => textContent);
    this.#lines.forEach((line, i) => (line.textContent = texts[i - 1] ?? ""));
    this.#counted = "";
    this.#write(text);
  }

  /** Adds a line of a number and what it counts; if the newest line counts the same, its number grows instead. */
  addCount(count: number, what: string): void {
    if (what !== this.#counted) {
      this.add("");
      this.#counted = what;
      this.#count = 0;
    }
    this.#count += count;
    this.#write(`${this.#count.toLocaleString("en")} ${what}`);
  }

  #write(text: string): void {
    this.#lines[0].textContent = `${new Date().toLocaleTimeString("en-GB")}  ${text}`;
  }
}
