/**
 * Records of Zeek's logs, as tab-separated values or as JSON
 * (docs.zeek.org, "Log Formats and Inspection").
 *
 * A piece of a `conn.log` that lacks the lines with the names has the columns
 * that Zeek writes unless it is told otherwise.
 *
 * A TSV file names its separator, its log (`#path`) and its columns
 * (`#fields`) before the records, and again after each rotation; `-` is an
 * absent value, `(empty)` an empty one, `\x09` an escaped character. A JSON
 * record has the same names; shippers add the log's name as `_path` or
 * `@stream`, and may write `id_orig_h` or `{"id": {"orig_h": …}}` for
 * `id.orig_h`.
 *
 * Bound: `fieldsMax` columns.
 *
 * @module
 */

/** One record. */
export interface ZeekRecord {
  /** `conn`, `ssh`, …; guessed from the fields where the record does not say. */
  readonly log: string;
  /** Value of a field; empty if absent. */
  value(name: string): string;
}

const fieldsMax = 256;
/** Those of `conn.log`, as they have been since Zeek was called Bro. */
const connColumns =
  "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history"
    .split(" ");
const connRecord =
  /^\d{9,10}\.\d{1,6}\t\S{1,64}\t[0-9A-Fa-f.:]{2,45}\t\d{1,5}\t[0-9A-Fa-f.:]{2,45}\t\d{1,5}\t(?:tcp|udp|icmp)\t(?:[^\t]{0,256}\t){4}[A-Z0-9]{2,8}\t/;

/** Whether a text begins with a record of `conn.log`. */
export function isConnRecord(text: string): boolean {
  return connRecord.test(text);
}

/** Fields that only one log has. */
const telling: readonly (readonly [field: string, log: string])[] = [
  ["conn_state", "conn"],
  ["auth_success", "ssh"],
  ["auth_attempts", "ssh"],
  ["named_pipe", "dce_rpc"],
  ["share_type", "smb_mapping"],
  ["request_type", "kerberos"],
  ["domainname", "ntlm"],
  ["cookie", "rdp"],
  ["security_protocol", "rdp"],
  ["status_code", "http"],
];

/** Reads the lines of one file. */
export class ZeekRecordReader {
  #separator = "\t";
  #empty = "(empty)";
  #unset = "-";
  #path = "";
  #columns = new Map<string, number>();

  /**
   * Takes one line.
   *
   * @returns `undefined` for a header line; `null` for one that is no record.
   */
  read(line: string): ZeekRecord | undefined | null {
    if (line.startsWith("#")) return this.#readHeader(line);
    if (line.startsWith("{")) return readJson(line, this.#path);
    if (this.#columns.size === 0) {
      if (!isConnRecord(line)) return null;
      this.#columns = columnsOf(connColumns);
      this.#path = "conn";
    }
    const cells = line.split(this.#separator);
    if (cells.length < this.#columns.size) return null;
    const value = (name: string) => {
      const text = cells[this.#columns.get(name) ?? -1] ?? "";
      return text === this.#unset || text === this.#empty ? "" : text;
    };
    const log = this.#path ||
      logOf((name) => this.#columns.has(name));
    return { log, value };
  }

  #readHeader(line: string): undefined {
    if (line.startsWith("#separator ")) {
      this.#separator = unescape(line.slice(11).trim()) || "\t";
      return;
    }
    const [key = "", ...values] = line.split(this.#separator);
    const [value = ""] = values;
    if (key === "#path") this.#path = value;
    else if (key === "#unset_field") this.#unset = value;
    else if (key === "#empty_field") this.#empty = value;
    else if (key === "#fields") {
      this.#columns = columnsOf(values.slice(0, fieldsMax));
    }
  }
}

function columnsOf(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name, index) => [name, index]));
}

function readJson(line: string, path: string): ZeekRecord | null {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof fields !== "object" || fields === null) return null;
  const record = fields as Readonly<Record<string, unknown>>;
  const ends = Object.hasOwn(record, "id") ? record["id"] : undefined;
  const nested = typeof ends === "object" && ends !== null
    ? ends as Readonly<Record<string, unknown>>
    : {};
  const own = (fields: Readonly<Record<string, unknown>>, name: string) =>
    Object.hasOwn(fields, name) ? textOf(fields[name]) : "";
  const value = (name: string) => {
    const plain = own(record, name);
    if (plain !== "" || !name.startsWith("id.")) return plain;
    return own(record, name.replace(".", "_")) || own(nested, name.slice(3));
  };
  const log = value("_path") || value("@stream") || path ||
    logOf((name) => Object.hasOwn(record, name));
  return { log, value };
}

function logOf(has: (field: string) => boolean): string {
  const found = telling.find(([field]) => has(field));
  if (found !== undefined) return found[1];
  if (has("action") && has("path")) return "smb_files";
  return has("endpoint") && has("operation") ? "dce_rpc" : "";
}

function textOf(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return String(value);
    case "boolean":
      return value ? "T" : "F";
    default:
      return "";
  }
}

/** `\x09` → a tab. */
function unescape(text: string): string {
  return text.replace(
    /\\x([0-9a-fA-F]{2})/g,
    (_, hex) => String.fromCharCode(parseInt(hex, 16)),
  );
}
