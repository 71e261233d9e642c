import { CODES, MillraceError } from "../../src/error.js";
import * as wire from "../support/wire.js";
import { EventOrder } from "./event-order.js";
import { cut } from "./sessions.js";

const HEADER_BYTES = 16;
const KNOWN_FLAGS = wire.END | wire.MORE | wire.IGNORABLE;
/** What no peer can make us say: it stands for a mistake of our own. */
const OUR_FAULTS = new Set([CODES.indexOf("internal"), CODES.indexOf("unknown")]);
/** The one exception: what a caller says of an answer that cannot be read. */
const BAD_ANSWER = /^(?:the answer of \S+ is refused: |\S+ answered more than once)/;
/** What a JavaScript engine says when a program errs. */
const ENGINE =
  /outside the bounds|Invalid (?:typed )?array|offset is out|of (?:undefined|null)|is not a function|is not iterable|call stack/;

/** What is wrong with what one side of a link said, by docs/wire.md. */
export function faultsOf(said: Uint8Array): string[] {
  const { frames, tail } = cut(said);
  const faults = frames.flatMap((bytes, index) => [...faultsOfFrame(bytes, index), ...faultsOfReason(bytes)]);
  const order = new EventOrder();
  faults.push(...frames.map((bytes) => order.faultOf(bytes)).filter((fault) => fault !== undefined));
  if (tail.length > 0) faults.push(`it ended with ${tail.length} bytes that are no frame`);
  const goodbye = frames.findIndex(isGoodbye);
  if (goodbye >= 0 && goodbye < frames.length - 1) faults.push("it went on after its goodbye");
  return faults;
}

/** Whether an error shows a mistake of this program's, and not one of its peer's, such as text that is not UTF-8. */
export function isOurFault(error: unknown): boolean {
  if (error instanceof TypeError && error.message.includes("not valid for encoding utf-8")) return false;
  if (!(error instanceof MillraceError)) return true;
  if (error.cause !== undefined) return isOurFault(error.cause);
  return error.code === "internal" && !BAD_ANSWER.test(error.text);
}

function faultsOfFrame(bytes: Uint8Array, index: number): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const [kind, flags, ext, reserved] = bytes.subarray(4, 8);
  const faults: string[] = [];
  if (index === 0 && kind !== wire.HELLO && !isGoodbye(bytes)) faults.push("it said something before its HELLO");
  if (index > 0 && kind === wire.HELLO) faults.push("it said a second HELLO");
  if (kind < wire.HELLO || kind > wire.GAP) faults.push(`it sent a frame of kind ${kind}`);
  if ((flags & ~KNOWN_FLAGS) !== 0 || reserved !== 0) faults.push("it sent a frame with reserved bits");
  if (length < HEADER_BYTES + ext * 8) faults.push("it sent a frame that is shorter than its header");
  if (bytes.subarray(length).some((byte) => byte !== 0)) faults.push("it sent a pad that is not zeros");
  return faults;
}

function faultsOfReason(bytes: Uint8Array): string[] {
  const isReason = bytes[4] === wire.RESET || (bytes[4] === wire.DATA && (bytes[5] & wire.END) !== 0);
  const status = new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true);
  if (!isReason || status === 0) return [];
  const text = new TextDecoder("latin1").decode(bytes.subarray(HEADER_BYTES + bytes[6] * 8 + 2));
  const isOurs = OUR_FAULTS.has(status) && (isGoodbye(bytes) || !BAD_ANSWER.test(text));
  return isOurs || ENGINE.test(text) ? [`it told its peer [${CODES[status]}] ${text}`] : [];
}

/** A RESET of stream 0. */
function isGoodbye(bytes: Uint8Array): boolean {
  return bytes[4] === wire.RESET && bytes.subarray(8, 12).every((byte) => byte === 0);
}
