import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { packageRoot } from "../../../support/package-root.js";

/** A file as it is served. */
export interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

const scripts = "text/javascript; charset=utf-8";
const styles = "text/css; charset=utf-8";

/** What of the compiled project the page may load; the rest of `dist` is not served. */
const folders = [
  "dist/src",
  ...["bytes", "frame", "codec", "link", "rpc", "topic", "client", "browser"].map((room) => `dist/src/${room}`),
  "dist/schemas/gen",
  "dist/examples/demo/page/browser",
];

/** All that the page's server gives out, by path, read once: no request names a file. */
export function loadAssets(): ReadonlyMap<string, Asset> {
  const uplot = createRequire(import.meta.url).resolve("uplot/dist/uPlot.esm.js");
  const page = join(packageRoot, "examples", "demo", "page");
  const assets = new Map<string, Asset>([
    ["/", { type: "text/html; charset=utf-8", body: readFileSync(join(page, "index.html")) }],
    ["/style.css", { type: styles, body: readFileSync(join(page, "style.css")) }],
    ["/icon.svg", { type: "image/svg+xml", body: readFileSync(join(page, "icon.svg")) }],
    ["/uplot.js", { type: scripts, body: readFileSync(uplot) }],
    ["/uplot.css", { type: styles, body: readFileSync(join(uplot, "..", "uPlot.min.css")) }],
  ]);
  for (const folder of folders) addScripts(assets, folder);
  if (!assets.has("/dist/examples/demo/page/browser/main.js")) {
    throw new Error("the page is not compiled yet: npm run build");
  }
  return assets;
}

function addScripts(assets: Map<string, Asset>, folder: string): void {
  const path = join(packageRoot, folder);
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: folder !== "dist/src" })) {
    if (!entry.isFile() || !entry.name.endsWith(".js")) continue;
    const file = join(entry.parentPath, entry.name);
    const name = file.slice(packageRoot.length).replaceAll("\\", "/");
    assets.set(name, { type: scripts, body: readFileSync(file) });
  }
}

/** What the page may do: run the scripts that stand here, and connect to `url`. Nothing inline, nothing evaluated. */
export function contentPolicy(page: Asset, url: string): string {
  const importMap = /<script type="importmap">(.*?)<\/script>/s.exec(page.body.toString())?.[1] ?? "";
  const hash = createHash("sha256").update(importMap).digest("base64");
  const rules = [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${url}`,
    "require-trusted-types-for 'script'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return rules.join("; ");
}
