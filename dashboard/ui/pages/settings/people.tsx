/**
 * Who may log in at this dashboard, and who is logged in.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { Person, PhoneSecret } from "../../../web/account_desk.ts";
import { askDashboard } from "../../api.ts";
import { Dialog } from "../../dialog.tsx";
import { useLoaded } from "../../loaded.ts";
import { Pending } from "../../state.tsx";
import { texts } from "../../texts.ts";
import { readDashboard } from "../../myself.ts";
import { PersonForm, PhoneDialog } from "./person_form.tsx";
import { Sessions } from "./sessions.tsx";
import type { PartProps } from "./settings.tsx";
import { LeaveDialog } from "./leave_dialog.tsx";

/** The part. */
export function People({ owner }: PartProps) {
  return (
    <>
      {owner
        ? <Accounts />
        : <p class="card soft">{texts.settings.ownerOnly}</p>}
      <Sessions />
    </>
  );
}

function Accounts() {
  const words = texts.settings;
  const list = useLoaded<{ people: Person[] }>("/people", {
    everyMs: 30_000,
    read: readDashboard,
  });
  const [phone, setPhone] = useState<PhoneSecret | undefined>(undefined);
  const [resetting, setResetting] = useState<Person | undefined>(undefined);
  const [leaving, setLeaving] = useState<string | undefined>(undefined);
  const [said, setSaid] = useState("");
  const people = list.value?.people;
  if (!people) return <Pending of={list} />;
  const told = (secret: PhoneSecret) => {
    setResetting(undefined);
    setPhone(secret);
    list.reload();
  };
  const remove = async (name: string) => {
    setLeaving(undefined);
    try {
      await askDashboard("DELETE", `/people/${name}`);
      setSaid(words.gone(name));
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    }
    list.reload();
  };
  return (
    <section class="card" aria-labelledby="people">
      <h2 id="people">{words.tabs["people"]}</h2>
      {people.length === 0 ? <p class="soft">{words.peopleNone}</p> : (
        <table>
          <thead>
            <tr>
              <th scope="col">{words.name}</th>
              <th scope="col">{words.role}</th>
              <th scope="col">
                <span class="unseen">{words.remove}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <tr key={person.name}>
                <td class="text">{person.name}</td>
                <td>{words.roles[person.role]}</td>
                <td>
                  <div class="buttons">
                    <button
                      type="button"
                      aria-label={words.resetOf(person.name)}
                      onClick={() => setResetting(person)}
                    >
                      {words.reset}
                    </button>
                    <button
                      type="button"
                      aria-label={words.removeOf(person.name)}
                      onClick={() => setLeaving(person.name)}
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
      <p class="said" role="status">{said}</p>
      <h2>{words.addPerson}</h2>
      <PersonForm onDone={told} />
      {resetting && (
        <Dialog
          title={words.resetOf(resetting.name)}
          onClose={() => setResetting(undefined)}
        >
          <p>{words.resetWhat}</p>
          <PersonForm of={resetting} onDone={told} />
          <button type="button" onClick={() => setResetting(undefined)}>
            {words.cancel}
          </button>
        </Dialog>
      )}
      {leaving !== undefined && (
        <LeaveDialog
          name={leaving}
          meaning={words.removePerson}
          onLeave={() => void remove(leaving)}
          onClose={() => setLeaving(undefined)}
        />
      )}
      {phone && (
        <PhoneDialog
          secret={phone}
          onClose={() => setPhone(undefined)}
        />
      )}
    </section>
  );
}
