/**
 * Reads files of Noise test vectors: the JSON of cacophony and snow
 * (`protocol_name`, `init_psks`), and the older spelling of noise-c (`name`,
 * `pattern`, `dh`, `cipher`, `hash`, `init_psk`). The format is described in
 * the Noise wiki under "Test vectors". Running them is `vector_run.ts`'s task.
 *
 * @module
 */

/** What a vector says about one party; absent where the vector is silent. */
export interface VectorParty {
  readonly prologue: Uint8Array;
  readonly psks: readonly Uint8Array[];
  readonly static?: Uint8Array;
  readonly ephemeral?: Uint8Array;
  readonly remoteStatic?: Uint8Array;
  readonly remoteEphemeral?: Uint8Array;
}

/** One vector, its bytes decoded. */
export interface NoiseVector {
  /** As the file spells it, or put together from its parts. */
  readonly protocolName: string;
  readonly init: VectorParty;
  readonly resp: VectorParty;
  readonly handshakeHash?: Uint8Array;
  readonly messages: readonly {
    readonly payload: Uint8Array;
    readonly ciphertext: Uint8Array;
  }[];
  /** The last message must be refused. */
  readonly fail: boolean;
  /** The responder cannot read the first message and falls back to this. */
  readonly fallbackPattern?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The vectors of a file, each still as JSON: one malformed vector must not
 * hide the others.
 *
 * @throws {SyntaxError} If the text is not JSON or holds no list of vectors.
 */
export function listVectors(text: string): readonly unknown[] {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new SyntaxError(
      `Cannot read vectors: not JSON (${(error as Error).message})`,
      { cause: error },
    );
  }
  const list = isFields(json) ? json.vectors : json;
  if (Array.isArray(list)) return list;
  throw new SyntaxError(
    'Cannot read vectors: expected {"vectors": [...]} or an array',
  );
}

/** The protocol a vector is of, or undefined where it names none. */
export function vectorProtocol(json: unknown): string | undefined {
  if (!isFields(json)) return undefined;
  try {
    return protocolNameIn(json);
  } catch {
    return undefined;
  }
}

/**
 * Reads one vector.
 *
 * @throws {SyntaxError} If a field is malformed; the message names it.
 */
export function parseVector(json: unknown): NoiseVector {
  if (!isFields(json)) throw new SyntaxError("vector is not an object");
  if (!Array.isArray(json.messages) || json.messages.length === 0) {
    throw new SyntaxError("messages is not a list with entries");
  }
  const handshakeHash = optionalBytes(json, "handshake_hash");
  const fallback = flag(json, "fallback");
  return {
    protocolName: protocolNameIn(json),
    init: parseParty(json, "init"),
    resp: parseParty(json, "resp"),
    ...(handshakeHash && { handshakeHash }),
    messages: json.messages.map((message: unknown, index) => {
      if (!isFields(message)) {
        throw new SyntaxError(`messages[${index}] is not an object`);
      }
      return {
        payload: requiredBytes(message, "payload"),
        ciphertext: requiredBytes(message, "ciphertext"),
      };
    }),
    fail: flag(json, "fail"),
    ...(fallback && {
      fallbackPattern: optionalText(json, "fallback_pattern") ?? "XXfallback",
    }),
  };
}

function parseParty(json: Fields, role: "init" | "resp"): VectorParty {
  const one = optionalBytes(json, `${role}_psk`);
  const many = json[`${role}_psks`] ?? (one ? [one] : []);
  if (!Array.isArray(many)) {
    throw new SyntaxError(`${role}_psks is not a list`);
  }
  const keys = {
    static: optionalBytes(json, `${role}_static`),
    ephemeral: optionalBytes(json, `${role}_ephemeral`),
    remoteStatic: optionalBytes(json, `${role}_remote_static`),
    remoteEphemeral: optionalBytes(json, `${role}_remote_ephemeral`),
  };
  return {
    prologue: optionalBytes(json, `${role}_prologue`) ?? new Uint8Array(0),
    psks: many.map((psk: unknown, index) =>
      psk instanceof Uint8Array ? psk : decodeHex(psk, `${role}_psks[${index}]`)
    ),
    ...Object.fromEntries(
      Object.entries(keys).filter(([, key]) => key !== undefined),
    ),
  };
}

/** Newer files give the name whole, older ones give its parts. */
function protocolNameIn(json: Fields): string {
  const { protocol_name: whole, name } = json;
  if (typeof whole === "string") return whole;
  if (typeof name === "string" && /^Noise[A-Z]*_/.test(name)) return name;
  const parts = ["pattern", "dh", "cipher", "hash"].map((part) => {
    const text = optionalText(json, part);
    if (text === undefined) throw new SyntaxError("no protocol_name");
    return part === "dh" && json.hybrid ? `${text}+${json.hybrid}` : text;
  });
  const prefix = json.init_psk || json.resp_psk ? "NoisePSK" : "Noise";
  return [prefix, ...parts].join("_");
}

function isFields(json: unknown): json is Fields {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function flag(json: Fields, field: string): boolean {
  const value = json[field] ?? false;
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw new SyntaxError(`${field} is not true or false`);
}

function optionalText(json: Fields, field: string): string | undefined {
  const value = json[field] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw new SyntaxError(`${field} is not a string`);
}

function optionalBytes(json: Fields, field: string): Uint8Array | undefined {
  const value = json[field] ?? undefined;
  return value === undefined ? undefined : decodeHex(value, field);
}

function requiredBytes(json: Fields, field: string): Uint8Array {
  return decodeHex(json[field], field);
}

function decodeHex(value: unknown, field: string): Uint8Array {
  if (typeof value === "string" && /^(?:[0-9a-f]{2})*$/i.test(value)) {
    return Uint8Array.from(
      value.match(/../g) ?? [],
      (pair) => parseInt(pair, 16),
    );
  }
  throw new SyntaxError(`${field} is not hexadecimal`);
}
