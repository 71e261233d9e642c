export const USAGE = `usage: millrace gen SCHEMA… --out DIR [-I DIR]… [--check | --watch]
       millrace check SCHEMA… [-I DIR]… [--against OLD… [--against-include DIR]… [--wire | --source]]

gen      generates typed code for schemas and all that they import
  SCHEMA     .proto and .fbs files, or what buf, protoc or flatc made of them: .binpb, .pb, .desc or .bfbs
  --out      the folder for the generated files
  -I         a folder in which imports are looked up; by default, each schema's own folder
  --check    writes nothing, and fails if a generated file is stale, missing or left over
  --watch    generates again whenever a schema changes, until it is interrupted

check    says what is wrong with schemas, and what breaks for users of an older version of them
  SCHEMA             as above, or a folder with schemas
  --against          the older version: as above, or a folder
  --against-include  a folder in which its imports are looked up
  --wire             only what breaks communication between old and new peers
  --source           only what breaks source code that uses the generated code

millrace --version prints the version.
The exit code is 0 if all is well, 1 for schemas that are wrong, and 2 for a command that is not understood.
`;

/** What was asked for cannot be understood. */
export class UsageError extends Error {}
