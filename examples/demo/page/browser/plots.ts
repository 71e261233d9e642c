import uPlot from "uplot";
import { byId } from "./dom.js";
import type { Rates } from "./meter.js";

const seconds = 60;

/** The rates of the last minute as lines. */
export class Plots {
  readonly #times: number[] = [];
  readonly #series: [quotes: number[], bytes: number[], json: number[]] = [[], [], []];
  readonly #quotes = new Plot(byId("quotes-plot"), ["--ink"], 100);
  readonly #bytes = new Plot(byId("bytes-plot"), ["--millrace", "--json"], 10);

  add({ quotes, bytes, jsonBytes }: Rates): void {
    const now = performance.now() / 1000;
    this.#times.push(now);
    [quotes, bytes / 1000, jsonBytes / 1000].forEach((rate, i) => this.#series[i].push(rate));
    while (this.#times[0] < now - seconds) [this.#times, ...this.#series].forEach((list) => list.shift());
    const ago = this.#times.map((time) => time - now);
    const [first, ...rest] = this.#series;
    this.#quotes.show([ago, first]);
    this.#bytes.show([ago, ...rest]);
  }
}

class Plot {
  readonly #plot: uPlot;

  /** @param least is the end of the vertical axis at least. */
  constructor(place: HTMLElement, colors: readonly string[], least: number) {
    this.#plot = new uPlot(options(place, colors, least), undefined, place);
    new ResizeObserver(() => this.#plot.setSize(sizeOf(place))).observe(place);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#plot.redraw());
  }

  show(data: uPlot.AlignedData): void {
    this.#plot.setData(data);
  }
}

function options(place: HTMLElement, colors: readonly string[], least: number): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: () => colorOf("--quiet"),
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
    ticks: { show: false },
    grid: { stroke: () => colorOf("--line"), width: 1 },
  };
  return {
    ...sizeOf(place),
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 12, 0, 0],
    scales: {
      x: { time: false, range: [-seconds, 0] },
      y: { range: (_, __, max) => [0, Math.max(least, max * 1.15)] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        grid: { show: false },
        splits: () => [-60, -45, -30, -15, 0],
        values: (_, splits) => splits.map((ago) => (ago === 0 ? "now" : `${-ago} s`)),
      },
      { ...axis, size: 48, space: 28, values: (_, splits) => splits.map((value) => value.toLocaleString("en")) },
    ],
    series: [{}, ...colors.map((name) => ({ stroke: () => colorOf(name), width: 1.75, points: { show: false } }))],
  };
}

function sizeOf({ clientWidth: width, clientHeight: height }: HTMLElement): { width: number; height: number } {
  return { width, height };
}

/** A colour of style.css, light or dark as the page is. */
function colorOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}
