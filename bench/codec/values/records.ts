import { Address, Attribute, LogRecord, Profile, Severity, Span, SpanBatch } from "../../../schemas/gen/corpus.js";
import type { Corpus } from "../corpus.js";
import { corpusOf, type Draw } from "./make.js";

const CITIES = ["Zürich", "London", "São Paulo", "東京", "Kraków", "Lagos", "Oslo", "Montréal"];
const NAMES = [
  "Ana Müller",
  "José Álvarez",
  "Mary Miller",
  "Li Wei",
  "Zoë Kowalska",
  "李明",
  "Sam Okafor",
  "Søren Berg",
];
const SERVICES = ["checkout", "inventory", "gateway", "search", "mail"];
const ATTRIBUTES = ["http.method", "http.route", "net.peer", "db.table", "retry", "cache.hit", "bytes.in", "user.tier"];
const NONE = new Uint8Array(0);

/** Records as services keep and send them. */
export const records: readonly Corpus[] = [
  corpusOf("user profile", Profile, (draw) => ({
    id: draw.id(),
    name: draw.pick(NAMES),
    email: `person.${draw.below(1_000_000)}@example.com`,
    verified: draw.chance(0.8),
    birthday: draw.below(20_000) - 7_000,
    roles: draw.list(1, 3, () => draw.pick(["reader", "editor", "owner", "billing"])),
    home: addressOf(draw),
    work: draw.chance(0.5) ? addressOf(draw) : undefined,
    preferences: new Map(draw.list(2, 6, (i) => [`setting.${i}`, draw.sentence(1, 2)])),
    balance: draw.price(),
  })),
  corpusOf("log record", LogRecord, (draw) => ({
    time: draw.time(),
    severity: draw.pick([Severity.DEBUG, Severity.INFO, Severity.INFO, Severity.WARN, Severity.ERROR]),
    logger: `${draw.pick(SERVICES)}.${draw.sentence(1, 1)}`,
    message: draw.sentence(5, 20),
    host: `node-${draw.below(400)}.eu.example.com`,
    process: 1 + draw.below(65_535),
    trace: draw.chance(0.5) ? draw.bytes(16) : NONE,
    attributes: draw.list(0, 6, () => attributeOf(draw)),
  })),
  corpusOf("span batch", SpanBatch, (draw) => {
    const trace = draw.bytes(16);
    return { service: draw.pick(SERVICES), spans: draw.list(8, 12, () => spanOf(draw, trace)) };
  }),
];

function addressOf(draw: Draw): Address {
  return Address.create({
    street: `${1 + draw.below(200)} ${draw.sentence(1, 2)} street`,
    city: draw.pick(CITIES),
    country: draw.pick(["CH", "GB", "BR", "JP", "PL", "NG", "NO", "CA"]),
    latitude: draw.real() / 6,
    longitude: draw.real() / 3,
  });
}

function attributeOf(draw: Draw): Attribute {
  const kinds = [
    { case: "text", value: draw.sentence(1, 4) },
    { case: "number", value: draw.price() },
    { case: "flag", value: draw.chance(0.5) },
  ] as const;
  return Attribute.create({ key: draw.pick(ATTRIBUTES), value: draw.pick(kinds) });
}

function spanOf(draw: Draw, trace: Uint8Array): Span {
  const start = draw.time() * 1_000;
  return Span.create({
    trace,
    id: draw.bytes(8),
    parent: draw.chance(0.9) ? draw.bytes(8) : NONE,
    name: draw.sentence(1, 3),
    kind: draw.below(5),
    start,
    end: start + draw.spread(10_000_000),
    attributes: draw.list(1, 6, () => attributeOf(draw)),
    status: draw.below(3),
  });
}
