/**
 * Who is told of alerts: webhooks and syslog, each with a test.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { TargetView } from "../../../notify/outbox.ts";
import type {
  AddedTarget,
  TestOutcome,
} from "../../../web/notification_desk.ts";
import { askDashboard } from "../../api.ts";
import { Dialog } from "../../dialog.tsx";
import { useLoaded } from "../../loaded.ts";
import { useOnce } from "../../once.ts";
import { Pending } from "../../state.tsx";
import { texts } from "../../texts.ts";
import { readDashboard } from "../../myself.ts";
import type { PartProps } from "./settings.tsx";
import { LeaveDialog } from "./leave_dialog.tsx";

/** The part. */
export function Notifications({ owner }: PartProps) {
  return owner
    ? <Receivers />
    : <p class="card soft">{texts.settings.ownerOnly}</p>;
}

function Receivers() {
  const words = texts.settings;
  const list = useLoaded<{ targets: TargetView[] }>("/notifications", {
    everyMs: 5_000,
    read: readDashboard,
  });
  const [said, setSaid] = useState("");
  const [leaving, setLeaving] = useState<string | undefined>(undefined);
  const [added, setAdded] = useState<AddedTarget | undefined>(undefined);
  const targets = list.value?.targets;
  if (!targets) return <Pending of={list} />;
  const attempt = async (begin: string, work: () => Promise<string>) => {
    setSaid(begin);
    try {
      setSaid(await work());
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    }
    list.reload();
  };
  const test = (target: string) =>
    attempt(words.testing, async () => {
      const { results } = await askDashboard<{ results: TestOutcome[] }>(
        "POST",
        "/notifications/test",
        { target },
      );
      return results.map(({ target, outcome }) =>
        outcome.type === "sent"
          ? words.testSent(target)
          : words.testFailed(target, outcome.error)
      ).join(" ");
    });
  const remove = (name: string) =>
    attempt(words.saving, async () => {
      await askDashboard("DELETE", `/notifications/${name}`);
      return words.removed(name);
    });
  return (
    <>
      <section class="card scroll" tabIndex={0} aria-labelledby="receivers">
        <h2 id="receivers">{words.receivers}</h2>
        <p class="hint">{words.receiversWhen}</p>
        {targets.length === 0
          ? <p class="soft">{words.receiversNone}</p>
          : (
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.name}</th>
                  <th scope="col" class="wide">{words.address}</th>
                  <th scope="col" class="wide">{words.sent}</th>
                  <th scope="col" class="wide">{words.waiting}</th>
                  <th scope="col" class="wide">{words.lost}</th>
                  <th scope="col" class="wide">{words.trouble}</th>
                  <th scope="col">
                    <span class="unseen">{words.test}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {targets.map((target) => (
                  <tr key={target.name}>
                    <td>{target.name}</td>
                    <td class="text wide">{target.url}</td>
                    <td class="number wide">{target.sent}</td>
                    <td class="number wide">{target.waiting}</td>
                    <td class="number wide">{target.lost}</td>
                    <td class="text wide">{target.error ?? ""}</td>
                    <td>
                      <div class="buttons">
                        <button
                          type="button"
                          aria-label={words.testOf(target.name)}
                          onClick={() => void test(target.name)}
                        >
                          {words.test}
                        </button>
                        <button
                          type="button"
                          aria-label={words.removeOf(target.name)}
                          onClick={() => setLeaving(target.name)}
                        >
                          {words.remove}
                        </button>
                      </div>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        <AddReceiver
          onAdded={(target) => {
            setSaid(words.added(target.name));
            list.reload();
            if (target.secret !== undefined) setAdded(target);
          }}
        />
        <p class="said" role="status">{said}</p>
      </section>
      {leaving !== undefined && (
        <LeaveDialog
          name={leaving}
          meaning={words.removeReceiver}
          onLeave={() => {
            setLeaving(undefined);
            void remove(leaving);
          }}
          onClose={() => setLeaving(undefined)}
        />
      )}
      {added && (
        <Dialog
          title={words.secretTitle(added.name)}
          onClose={() => setAdded(undefined)}
        >
          <p>{words.secretWhat}</p>
          <pre class="whole" tabIndex={0}>{added.secret}</pre>
          <button type="button" onClick={() => setAdded(undefined)}>
            {words.close}
          </button>
        </Dialog>
      )}
    </>
  );
}

function AddReceiver(
  { onAdded }: { readonly onAdded: (target: AddedTarget) => void },
) {
  const words = texts.settings;
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [fault, setFault] = useState("");
  const once = useOnce();
  const add = async () => {
    setFault("");
    try {
      const body = { name, url };
      onAdded(await askDashboard<AddedTarget>("POST", "/notifications", body));
      setName("");
      setUrl("");
    } catch (failure) {
      setFault((failure as Error).message);
    }
  };
  return (
    <form
      class="row spaced"
      onSubmit={(event) => {
        event.preventDefault();
        void once(add);
      }}
    >
      <label>
        {words.name}
        <input
          required
          maxLength={32}
          pattern="[a-z0-9][a-z0-9\-]*"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <label class="grow">
        {words.address}
        <input
          required
          maxLength={2_048}
          value={url}
          aria-invalid={fault !== ""}
          aria-describedby="fault-receiver"
          onInput={(event) => setUrl(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="strong">{words.add}</button>
      <p class="wrong whole" id="fault-receiver">{fault}</p>
      <p class="hint whole">{words.addressHint}</p>
    </form>
  );
}
