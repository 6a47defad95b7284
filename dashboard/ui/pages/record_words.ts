/**
 * One entry of the journal about an address, in words.
 *
 * @module
 */
import type { JournalEntry, Lease } from "../../../defense/mod.ts";
import { measureWords } from "../measure_words.ts";
import { signalSource } from "../signal_words.ts";
import { techniqueOf } from "../texts/techniques.ts";
import { texts } from "../texts.ts";

/**
 * What happened.
 *
 * @param nameOf A member by its id.
 * @param clock A moment in the viewer's words.
 */
export function recordWords(
  entry: JournalEntry,
  nameOf: (node: string) => string,
  clock: (atMs: number) => string,
): string {
  const { record, ends, refusals } = texts.subject;
  const { stage, what, node, detail } = entry;
  const measure = measureOf(detail);
  const untilMs = detail["untilMs"];
  const until = typeof untilMs === "number" ? clock(untilMs) : "?";
  switch (`${stage} ${what}`) {
    case "seen alert":
      return detail["dismissed"]
        ? record.dismissed
        : record.seen(wordOf(detail["summary"]));
    case "seen decoy":
      return record.decoy(wordOf(detail["service"]));
    case "claimed claim":
      return node === ""
        ? record.told
        : record.claimed(nameOf(node), deedOf(detail));
    case "agreed lease":
      return record.agreed(measure);
    case "done lease":
      return record.done(measure, until);
    case "refused lease": {
      const code = wordOf(detail["code"]);
      if (code === "stand_down") return record.held(measure);
      return code === "observe"
        ? record.would(measure, until)
        : record.refused(measure, refusals[code] ?? code);
    }
    case "undone lease": {
      const ended = wordOf(detail["ended"]);
      return record.ended(measure, ends[ended] ?? ended);
    }
    case "undone withdraw":
      return record.withdrawn(nameOf(node));
    case "operator drill":
      return record.drillOwn;
    case "claimed drill":
      return record.drill(nameOf(node));
    case "claimed drill_answer":
      return record.drillAnswer(nameOf(node));
    case "system drill_path":
      return record.drillPath(nameOf(node));
    case "system drill_ended":
      return record.drillEnded(Number(detail["heard"]), Number(detail["of"]));
    case "operator contain":
      return record.ordered;
    case "operator release":
      return record.released;
    case "operator signal":
      return record.signal(signalOf(entry, nameOf), sourceOf(entry));
    case "undone signal": {
      const ended = wordOf(detail["ended"]);
      return record.signalEnded(
        signalOf(entry, nameOf),
        ends[ended] ?? ended,
      );
    }
    case "operator signal_aside":
      return record.aside;
    default:
      return record.other(stage, what);
  }
}

/** What a signal said, from what the journal keeps of it. */
function signalOf(
  { subject, detail }: JournalEntry,
  nameOf: (node: string) => string,
): string {
  const { said } = texts.signals;
  const member = nameOf(wordOf(detail["member"]));
  switch (detail["signal"]) {
    case "contain":
      return said.contain(subject, measureOf(detail));
    case "release":
      return subject === "" ? said.releaseAll : said.release(subject);
    case "quarantine":
      return said.quarantine(member);
    case "readmit":
      return said.readmit(member);
    case "caution":
      return said.caution;
    case "stand_down":
      return said.standDown;
    case "never":
      return said.never(wordOf(detail["network"]) || subject);
    default:
      return said.cancel;
  }
}

function sourceOf({ detail }: JournalEntry): string {
  return signalSource({
    by: wordOf(detail["by"]),
    scope: detail["scope"] === "host" ? "host" : "mesh",
  });
}

function measureOf(detail: JournalEntry["detail"]): string {
  const { measure, service } = detail;
  if (typeof measure !== "string") return texts.subject.record.somehow;
  const scoped = typeof service === "object" && service !== null;
  return measureWords({
    measure,
    ...(scoped && { service: service as NonNullable<Lease["service"]> }),
  });
}

function deedOf(detail: JournalEntry["detail"]): string {
  const times = detail["observations"];
  return techniqueOf(wordOf(detail["technique"])).deed(
    typeof times === "number" ? times : 1,
  );
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
