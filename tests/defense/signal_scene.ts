/**
 * An operator with a key, for tests: signs drafts as the host that holds it does.
 *
 * @module
 */
import type {
  KeptSignal,
  OperatorAuthority,
} from "../../defense/agent_event.ts";
import { encodeMessage } from "../../defense/alert_codec.ts";
import type { SealedSignal, SignalOrder } from "../../defense/signal.ts";
import { encodeSignal, signalBytes } from "../../defense/signal_codec.ts";
import type { SignalDraft } from "../../defense/signal_draft.ts";
import { ed25519Signer, ed25519Verify } from "../../mesh/mod.ts";
import { Stage } from "./agent_scene.ts";

export const operatorKey = ed25519Signer(new Uint8Array(32).fill(7));
export const strangerKey = ed25519Signer(new Uint8Array(32).fill(8));

/** Who can tell the operator's word; `revoke` makes it another's. */
export class Authority implements OperatorAuthority {
  key = operatorKey;
  verify(bytes: Uint8Array, signature: Uint8Array): boolean {
    return ed25519Verify(this.key.public, bytes, signature);
  }
}

export function seal(draft: SignalDraft, key = operatorKey): SealedSignal {
  const statement = encodeSignal(draft);
  return { statement, signature: key.sign(signalBytes(statement)) };
}

/** As it goes over the wire. */
export function signalPayload(
  { statement, signature }: SealedSignal,
): Uint8Array {
  if (!signature) throw new Error("it is for one host alone");
  return encodeMessage({ kind: "signal", statement, signature });
}

/** Node `index` of a mesh, which knows the operator. */
export function stageOf(
  index: number,
  members: number,
  more: ConstructorParameters<typeof Stage>[2] = {},
): Stage {
  return new Stage(index, members, { operator: new Authority(), ...more });
}

/** What the operator at `stage` says, signed; told to its own agent as well. */
export function say(
  stage: Stage,
  order: SignalOrder,
  forMs: number,
  by = "",
): SealedSignal {
  const wish = { order, forMs, by, scope: "mesh" } as const;
  const draft = stage.agent.draftSignal(wish, stage.nowMs);
  if ("refused" in draft) throw new Error(draft.refused);
  const sealed = seal(draft);
  stage.on({ type: "operator_signal", sealed });
  return sealed;
}

/** What the journal has, as the host hands it back after a restart. */
export function kept({ records }: Stage): KeptSignal[] {
  const aside = new Set(
    records.filter(({ what }) => what === "signal_aside")
      .map(({ detail }) => detail["id"]),
  );
  return records.filter(({ what, stage }) =>
    what === "signal" && stage === "operator"
  ).map(({ atMs, detail }) => ({
    sealed: {
      statement: Uint8Array.fromBase64(String(detail["statement"])),
      ...(detail["signature"] !== undefined && {
        signature: Uint8Array.fromBase64(String(detail["signature"])),
      }),
    },
    recordedMs: atMs,
    aside: aside.has(detail["id"]),
  }));
}

/** The id of the signal that was said last. */
export function lastId({ agent, nowMs }: Stage): string {
  return agent.signals(nowMs)[0]?.id ?? "";
}
