export const USAGE = `usage: millrace gen SCHEMA… --out DIR [-I DIR]… [--check | --watch]
       millrace check SCHEMA… [-I DIR]… [--against OLD… [--against-include DIR]… [--wire | --source]]

gen      writes typed code for schemas and all that they import
  SCHEMA     .proto and .fbs files, or what buf, protoc or flatc made of them: .binpb, .pb, .desc or .bfbs
  --out      where the generated files go
  -I         a folder that imports start from; without one, each schema's own folder
  --check    writes nothing, and fails if a generated file is stale, missing or left over
  --watch    goes on until it is interrupted, and generates again when a schema changes

check    says what is wrong with schemas, and what would break for those who use an older version of them
  SCHEMA             as above, or a folder with schemas
  --against          the older version: as above, or a folder
  --against-include  a folder that its imports start from
  --wire             only what breaks the bytes between old and new peers
  --source           only what breaks the source code that uses generated code

It exits with 0 if all is well, 1 for schemas that are not, and 2 for a command that is not understood.
`;

/** What was asked for cannot be understood. */
export class UsageError extends Error {}
