import { writeFileSync } from "node:fs";
import { progressLine } from "../examples/support/progress.js";
import { reportOf } from "./json.js";
import { renderMeans } from "./means.js";
import { parseOptions, UsageError, type Options } from "./options.js";
import { renderFailures, renderLosses, renderSuite } from "./report.js";
import { runSuite } from "./runner.js";
import type { Failure, Row } from "./suite.js";
import { suites } from "./suites.js";

const options = optionsOrExit();
if (options !== undefined) await run(options);

async function run({ suites: names, asked, effort, jsonFile, stopped }: Options): Promise<void> {
  const rows: Row[] = [];
  const failures: Failure[] = [];
  const packages: string[] = [];
  const progress = progressLine(process.stderr);
  for (const name of names) {
    const suite = await suites[name]({ effort, stopped });
    const outcome = await runSuite(suite, effort, progress.show);
    progress.clear();
    console.log(renderSuite(suite, effort, outcome.rows));
    if (suite.means !== undefined) console.log(renderMeans(suite.means, outcome.rows));
    rows.push(...outcome.rows);
    failures.push(...outcome.failures);
    packages.push(...suite.packages);
  }
  console.log(renderLosses(rows));
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(reportOf(asked, packages, rows), null, 2)}\n`);
  if (failures.length === 0) return;
  console.error(renderFailures(failures));
  process.exitCode = 1;
}

function optionsOrExit(): Options | undefined {
  try {
    return parseOptions(process.argv.slice(2), Object.keys(suites));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`bench: ${error.message}`);
    process.exitCode = 2;
    return undefined;
  }
}
