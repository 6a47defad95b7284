/**
 * What one client did at a decoy, kept short: everything in it was chosen by
 * an attacker and is text to show, never to act on.
 *
 * Bounds: {@linkcode notesMax} notes, further ones are counted and dropped;
 * {@linkcode transcriptsMax} transcripts, the oldest dropped.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { DecoyName, DecoyNote } from "./decoy.ts";

/** Notes in one transcript, each at most 0.5 KiB of text. */
export const notesMax = 32;
/** Transcripts remembered; some MiB at the very most. Our choice. */
export const transcriptsMax = 256;

/** Why a connection to a decoy ended; `fault` is an error of our own. */
export type TranscriptEnd =
  | "client"
  | "decoy"
  | "idle"
  | "limit"
  | "fault"
  | "stopped";

/** One connection to a decoy. */
export interface Transcript {
  /** Wall clock milliseconds of the connection. */
  readonly atMs: number;
  /** How long it stood, in milliseconds. */
  readonly heldMs: number;
  /** What answered; `relay` is a real service in the decoy's place. */
  readonly service: DecoyName | "relay";
  /** Port that was asked for; 0 for any that has no decoy of its own. */
  readonly port: number;
  /** Sent here by a measure; else the client came by itself. */
  readonly steered: boolean;
  /** Who came. */
  readonly source: Address;
  /** The member that steered it here, by whose word it was `source`. */
  readonly steeredBy?: string;
  /** The member whose decoy answered in place of ours. */
  readonly heldBy?: string;
  /** Octets that the client sent. */
  readonly received: number;
  /** Octets that it was sent. */
  readonly sent: number;
  /** What it gave away, in order. */
  readonly notes: readonly DecoyNote[];
  /** Notes beyond {@linkcode notesMax}. */
  readonly notesDropped: number;
  /** Why it ended. */
  readonly ended: TranscriptEnd;
}

/** A transcript with its number, 1 for the first since the start. */
export type NumberedTranscript = Transcript & { readonly number: number };

/** A transcript as it is being written. */
export class TranscriptPen {
  received = 0;
  sent = 0;
  readonly #notes: DecoyNote[] = [];
  #dropped = 0;

  /** Writes notes down, up to the bound. */
  note(notes: readonly DecoyNote[] = []): void {
    for (const note of notes) {
      if (this.#notes.length < notesMax) this.#notes.push(note);
      else this.#dropped++;
    }
  }

  /** The whole transcript. */
  finish(
    about: Omit<
      Transcript,
      "received" | "sent" | "notes" | "notesDropped"
    >,
  ): Transcript {
    const { received, sent } = this;
    return {
      ...about,
      received,
      sent,
      notes: this.#notes,
      notesDropped: this.#dropped,
    };
  }
}

/** The latest transcripts. */
export class TranscriptRing {
  readonly #kept: NumberedTranscript[] = [];
  #count = 0;

  /** Takes one in; returns it with its number. */
  push(transcript: Transcript): NumberedTranscript {
    const numbered = { ...transcript, number: ++this.#count };
    this.#kept.push(numbered);
    if (this.#kept.length > transcriptsMax) this.#kept.shift();
    return numbered;
  }

  /** Newest first. */
  latest(): NumberedTranscript[] {
    return this.#kept.toReversed();
  }
}
