import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { record, scenes } from "./scenes.js";

const folder = new URL("./v1/", import.meta.url);

for (const scene of scenes) {
  test(`what goes over the wire is, byte for byte, that of version 1: ${scene.name}`, async () => {
    const file = new URL(`${scene.name}.txt`, folder);
    const found = await record(scene);
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, found);
    expect(found).toBe(readFileSync(file, "utf8"));
  });
}

test("there is a file for each scene and no other", () => {
  const files = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  expect(files.toSorted()).toEqual(scenes.map(({ name }) => `${name}.txt`).toSorted());
});
