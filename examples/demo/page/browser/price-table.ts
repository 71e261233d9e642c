import type { Quote } from "../../../../schemas/gen/market.js";
import { byId, calm, made } from "./dom.js";

const renderMs = calm ? 1000 : 125;
/** Points of a row's course: the last twelve seconds. */
const points = 12_000 / renderMs;
const svg = "http://www.w3.org/2000/svg";
const dates = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" });

/** The newest price of each company, with its course; drawn a few times a second, however many quotes come. */
export class PriceTable {
  readonly #body = byId("prices");
  readonly #date = byId("date");
  readonly #place = byId("offset");
  readonly #rows = new Map<string, Row>();
  #newest: Quote | undefined;
  #offset = 0;

  constructor() {
    setInterval(() => this.#render(), renderMs);
  }

  take(quote: Quote, offset: number): void {
    this.#row(quote.symbol).price = quote.price;
    this.#newest = quote;
    this.#offset = offset;
  }

  #row(symbol: string): Row {
    const known = this.#rows.get(symbol);
    if (known) return known;
    const row = new Row(symbol);
    this.#rows.set(symbol, row);
    const next = [...this.#rows.keys()].filter((name) => name > symbol).sort()[0];
    this.#body.insertBefore(row.element, this.#rows.get(next)?.element ?? null);
    return row;
  }

  /** Draws what came since the last time: without quotes, everything stands. */
  #render(): void {
    if (this.#newest === undefined) return;
    this.#date.textContent = `, ${dates.format(this.#newest.time)}`;
    this.#place.textContent = `, quote ${this.#offset.toLocaleString("en")}`;
    this.#newest = undefined;
    for (const row of this.#rows.values()) row.render();
  }
}

class Row {
  readonly element = made("tr");
  price = 0;
  readonly #price = made("td");
  readonly #change = made("td");
  readonly #line = document.createElementNS(svg, "polyline");
  readonly #course: number[] = [];

  constructor(symbol: string) {
    const name = made("th", symbol);
    name.scope = "row";
    const drawing = document.createElementNS(svg, "svg");
    drawing.setAttribute("class", "course");
    drawing.setAttribute("viewBox", "0 0 100 28");
    drawing.setAttribute("preserveAspectRatio", "none");
    drawing.setAttribute("aria-hidden", "true");
    drawing.append(this.#line);
    const cell = made("td");
    cell.append(drawing);
    this.element.append(name, this.#price, this.#change, cell);
  }

  render(): void {
    this.#course.push(this.price);
    if (this.#course.length > points) this.#course.shift();
    const change = (100 * (this.price - this.#course[0])) / this.#course[0];
    this.#price.textContent = this.price.toFixed(2);
    this.#change.textContent = `${change < 0 ? "▼" : "▲"} ${Math.abs(change).toFixed(1)} %`;
    this.#change.className = change < 0 ? "down" : "up";
    this.#line.setAttribute("points", coursePoints(this.#course));
  }
}

function coursePoints(course: readonly number[]): string {
  const low = Math.min(...course);
  const high = Math.max(...course);
  const height = (price: number): number => (high === low ? 14 : 26 - (24 * (price - low)) / (high - low));
  const left = 100 - (100 * (course.length - 1)) / (points - 1);
  return course
    .map((price, i) => `${(left + (100 * i) / (points - 1)).toFixed(1)},${height(price).toFixed(1)}`)
    .join(" ");
}
