import { killMany } from "../kills/run.js";
import { must, type Part } from "./part.js";

const KILLS = 1_000;
const SERVERS = 3;

/** Servers that are killed while clients publish to them. */
export const topics: Part = {
  name: "topics",
  about: "servers that are killed while clients publish, 1,000 times with LMDB and 100 times with events in memory",
  async run(scale) {
    const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
    console.log(`        topics: SEED=${seed}`);
    const kills = Math.ceil(KILLS * scale);
    const disk = await killMany("lmdb", kills, seed, SERVERS);
    const memory = await killMany("memory", Math.ceil(kills / 10), seed, SERVERS);
    const wrong = [...disk.wrong, ...memory.wrong];
    must(wrong.length === 0, `SEED=${seed}: ${wrong.slice(0, 5).join("; ")}`);
    return `${kills} kills with LMDB, none of ${disk.acknowledged} acknowledged events lost; in memory ${memory.gaps} gaps, each told`;
  },
};
