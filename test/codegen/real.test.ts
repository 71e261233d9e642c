import { beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../codegen/generate.js";
import { type Output } from "../../codegen/typescript/emit.js";
import { writeOutputs } from "../../codegen/output.js";
import { folder } from "./folder.js";
import { placeOf, problemsIn, type Tree, TREES } from "./trees.js";

/** Of each tree, what is large, old, or unlike the rest; `npm run soak -- schemas` takes all. */
const SAMPLE: Readonly<Record<string, readonly string[]>> = {
  protoc: `any api c_sharp_features compiler/plugin cpp_features cpp_file_options cpp_options descriptor duration empty
    field_mask go_features java_features json_enumvalue_options json_options source_context struct timestamp type wrappers`
    .split(/\s+/)
    .map((name) => `google/protobuf/${name}.proto`),
  "google-gax": `api/annotations api/client api/distribution api/field_info api/http api/launch_stage api/metric
    api/monitored_resource api/policy api/quota api/resource api/routing api/service cloud/location/locations
    iam/v1/iam_policy iam/v1/policy logging/type/http_request longrunning/operations
    monitoring/v3/metric_service protobuf/bridge/message_set rpc/context/attribute_context rpc/error_details
    type/calendar_period type/datetime type/latlng type/money`
    .split(/\s+/)
    .map((name) => `google/${name}.proto`),
  "google-proto-files": `bigtable/v2/bigtable cloud/deploy/v1/cloud_deploy cloud/kms/v1/service
    cloud/speech/v1/cloud_speech cloud/vision/v1/image_annotator container/v1/cluster_service datastore/v1/datastore
    devtools/build/v1/build_events firestore/v1/firestore maps/routes/v1/route pubsub/v1/pubsub
    spanner/v1/spanner storage/v2/storage`
    .split(/\s+/)
    .map((name) => `google/${name}.proto`),
};

function generateSample(tree: Tree): Output[] {
  const files = SAMPLE[tree.name] ?? [];
  return generate(
    files.map((file) => placeOf(file, tree.roots)),
    tree.roots,
  );
}

describe("schemas that are in use", () => {
  const outputs = new Map<string, Output[]>();
  beforeAll(() => {
    for (const tree of TREES) outputs.set(tree.name, generateSample(tree));
  });

  it.each(TREES)("give the same text each time: $name", (tree) => {
    expect(outputs.get(tree.name)).toStrictEqual(generateSample(tree));
    expect(outputs.get(tree.name)?.length).toBeGreaterThan(15);
  });

  it.each(TREES)(
    "give code that compiles under the strictest options: $name",
    ({ name }) => {
      const root = folder();
      const files = outputs.get(name) ?? [];
      writeOutputs(files, root);
      expect(
        problemsIn(
          root,
          files.map(({ path }) => path),
        ),
      ).toStrictEqual([]);
    },
    60_000,
  );
});
