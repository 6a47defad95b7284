/**
 * Handshake patterns: which keys each message carries and which Diffie-Hellman
 * results it mixes in (Noise Protocol Framework, revision 34, section 7), and
 * the modifiers `pskN` (section 9), `fallback` (section 10.2) and `hfs` (Perrin,
 * "KEM-based Hybrid Forward Secrecy for Noise", revision 1, section 5) that
 * make further patterns of them. The patterns the specification names are
 * listed in `pattern_table.ts`; what a token *does* is in `token_rule.ts`.
 *
 * A later token is one more word here, one more rule there, and one more
 * modifier below; nothing else changes.
 *
 * @module
 */

/** Every word a message pattern may hold. */
export const tokens = [
  "e",
  "s",
  "ee",
  "es",
  "se",
  "ss",
  "psk",
  "e1",
  "ekem1",
] as const;

/** One step of a message pattern (section 7.1). */
export type Token = typeof tokens[number];

/** The keys a party may have made known before the first message. */
export type PreMessage = readonly ("e" | "s")[];

/** One message: who sends it, and its tokens in order. */
export interface MessagePattern {
  /** Its sender. */
  readonly from: "initiator" | "responder";
  /** What it is made of; the payload follows unsaid. */
  readonly tokens: readonly Token[];
}

/** A handshake pattern, the initiator's message first. */
export interface HandshakePattern {
  /** With its modifiers, for instance `IKpsk2`. */
  readonly name: string;
  /** Keys of the initiator that the responder knows beforehand. */
  readonly preInitiator: PreMessage;
  /** Keys of the responder that the initiator knows beforehand. */
  readonly preResponder: PreMessage;
  /** At least one; the initiator sends the first, then they alternate. */
  readonly messages: readonly MessagePattern[];
  /** After it only the initiator may send (section 7.4). */
  readonly oneWay: boolean;
}

/** Makes one pattern of another, without its new name. */
type Modifier = (pattern: HandshakePattern) => HandshakePattern;

/**
 * Reads a pattern in the specification's own notation: `->` is the initiator's
 * arrow, lines before `...` are pre-messages.
 *
 * @param text As `pattern_table.ts` writes them.
 * @throws {SyntaxError} If a line is not an arrow and known tokens.
 */
export function parsePattern(name: string, text: string): HandshakePattern {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const dots = lines.indexOf("...");
  const before = lines.slice(0, Math.max(dots, 0)).map(parseLine);
  const messages = lines.slice(dots + 1).map(parseLine);
  const known = (from: MessagePattern["from"]) =>
    before.filter((line) => line.from === from)
      .flatMap((line) => preMessageOf(line.tokens, name));
  return {
    name,
    preInitiator: known("initiator"),
    preResponder: known("responder"),
    messages,
    oneWay: messages.length === 1,
  };
}

/**
 * Applies one modifier to a pattern.
 *
 * @param modifier As it stands in pattern names: `psk0`, `psk1`, …, `fallback`,
 *   `hfs`.
 * @throws {SyntaxError} If it is unknown or does not fit the pattern.
 */
export function modifyPattern(
  pattern: HandshakePattern,
  modifier: string,
): HandshakePattern {
  const place = /^psk(0|[1-9]\d?)$/.exec(modifier)?.[1];
  let apply: Modifier;
  if (place !== undefined) apply = (base) => withPsk(base, Number(place));
  else if (modifier === "fallback") apply = withFallback;
  else if (modifier === "hfs") apply = withKem;
  else throw new SyntaxError(`unknown modifier "${modifier}"`);
  return apply(pattern);
}

/** Whether any message mixes in a pre-shared key (section 9). */
export function isPskPattern(pattern: HandshakePattern): boolean {
  return countPsks(pattern) > 0;
}

/** Whether the pattern mixes in the secret of an ephemeral KEM key. */
export function isKemPattern(pattern: HandshakePattern): boolean {
  return pattern.messages.some((message) => message.tokens.includes("e1"));
}

/** How many pre-shared keys the pattern mixes in. */
export function countPsks(pattern: HandshakePattern): number {
  return pattern.messages.flatMap((message) => message.tokens)
    .filter((token) => token === "psk").length;
}

/** Section 9.4: `psk0` opens the first message, `pskN` ends the N-th. */
function withPsk(pattern: HandshakePattern, place: number): HandshakePattern {
  const target = Math.max(place - 1, 0);
  if (target >= pattern.messages.length) {
    throw new SyntaxError(
      `modifier "psk${place}" needs ${place} messages, ` +
        `"${pattern.name}" has ${pattern.messages.length}`,
    );
  }
  return {
    ...pattern,
    messages: pattern.messages.map((message, index) => {
      if (index !== target) return message;
      const added: Token[] = place === 0
        ? ["psk", ...message.tokens]
        : [...message.tokens, "psk"];
      return { ...message, tokens: added };
    }),
  };
}

/**
 * Section 10.2: the initiator's first message was received by other means and
 * becomes a pre-message; the former responder begins. Since a pattern here is
 * told from whoever begins, both parties and their tokens swap.
 */
function withFallback(pattern: HandshakePattern): HandshakePattern {
  const [first, ...rest] = pattern.messages;
  if (!first || rest.length === 0) {
    throw new SyntaxError(
      `modifier "fallback" needs two messages, "${pattern.name}" has one`,
    );
  }
  const swapped: Partial<Record<Token, Token>> = { es: "se", se: "es" };
  return {
    ...pattern,
    preInitiator: pattern.preResponder,
    preResponder: [
      ...pattern.preInitiator,
      ...preMessageOf(first.tokens, pattern.name),
    ],
    messages: rest.map((message) => ({
      from: message.from === "initiator" ? "responder" : "initiator",
      tokens: message.tokens.map((token) => swapped[token] ?? token),
    })),
  };
}

/**
 * Section 5 of the hybrid extension: `e1` follows the first `e`, or the first
 * DH of that message so that it travels encrypted; `ekem1` follows the first
 * `ee`. (The table there puts KK's `e1` before `es`; the text does not.)
 */
function withKem(pattern: HandshakePattern): HandshakePattern {
  const { messages, name } = pattern;
  const opening = messages.findIndex(({ tokens }) => tokens.includes("e"));
  const answer = messages.findIndex(({ tokens }) => tokens.includes("ee"));
  const sender = messages[opening]?.from;
  if (!sender || sender === messages[answer]?.from || answer < opening) {
    throw new SyntaxError(
      `modifier "hfs" needs an "e" that is answered by "ee", "${name}" has none`,
    );
  }
  return {
    ...pattern,
    messages: messages.map((message, index) => {
      const { tokens } = message;
      if (index === opening) {
        const dh = tokens.findIndex((token) => /^[es][es]$/.test(token));
        const at = dh >= 0 ? dh : tokens.indexOf("e");
        return { ...message, tokens: tokens.toSpliced(at + 1, 0, "e1") };
      }
      if (index !== answer) return message;
      const at = tokens.indexOf("ee");
      return { ...message, tokens: tokens.toSpliced(at + 1, 0, "ekem1") };
    }),
  };
}

function parseLine(line: string): MessagePattern {
  const found = /^(->|<-)\s*(.+)$/.exec(line);
  if (!found?.[2]) {
    throw new SyntaxError(`Cannot parse pattern line "${line}": no arrow`);
  }
  return {
    from: found[1] === "->" ? "initiator" : "responder",
    tokens: found[2].split(",").map((word) => {
      const token = tokens.find((known) => known === word.trim());
      if (token) return token;
      throw new SyntaxError(
        `Cannot parse pattern line "${line}": unknown token "${word.trim()}"`,
      );
    }),
  };
}

function preMessageOf(found: readonly Token[], name: string): PreMessage {
  return found.map((token) => {
    if (token === "e" || token === "s") return token;
    throw new SyntaxError(
      `a pre-message holds only keys, but "${name}" would put "${token}" there`,
    );
  });
}
