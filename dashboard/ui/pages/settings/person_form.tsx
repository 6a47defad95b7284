/**
 * Name, role and password of somebody, and the secret for a phone that comes
 * of them.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { Person, PhoneSecret } from "../../../web/account_desk.ts";
import { askDashboard } from "../../api.ts";
import { Dialog } from "../../dialog.tsx";
import { QrPicture } from "../../qr_picture.tsx";
import { texts } from "../../texts.ts";

/** @param of Who gets a new password; somebody new if absent. */
export function PersonForm({ of, onDone }: {
  readonly of?: Person;
  readonly onDone: (secret: PhoneSecret) => void;
}) {
  const words = texts.settings;
  const [name, setName] = useState("");
  const [role, setRole] = useState<string>(of?.role ?? "viewer");
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const order = async () => {
    // A button that were disabled would lose the focus.
    if (busy) return;
    setBusy(true);
    setFault("");
    try {
      const secret = of
        ? await askDashboard<PhoneSecret>("POST", `/people/${of.name}/reset`, {
          role,
          password,
        })
        : await askDashboard<PhoneSecret>("POST", "/people", {
          name,
          role,
          password,
        });
      setName("");
      setPassword("");
      onDone(secret);
    } catch (failure) {
      setFault((failure as Error).message);
    } finally {
      setBusy(false);
    }
  };
  const faultId = `fault-person-${of?.name ?? ""}`;
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        void order();
      }}
    >
      {!of && (
        <label>
          {words.name}
          <input
            required
            maxLength={32}
            pattern="[a-z0-9][a-z0-9._\-]*"
            autocomplete="off"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
      )}
      <label>
        {words.role}
        <select
          value={role}
          onChange={(event) => setRole(event.currentTarget.value)}
        >
          {Object.entries(words.roles).map(([each, text]) => (
            <option key={each} value={each}>{text}</option>
          ))}
        </select>
      </label>
      <label>
        {words.password}
        <input
          type="password"
          required
          minLength={12}
          maxLength={256}
          autocomplete="new-password"
          value={password}
          aria-invalid={fault !== ""}
          aria-describedby={faultId}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="strong">
        {busy ? words.adding : of ? words.reset : words.addPersonGo}
      </button>
      <p class="wrong whole" id={faultId}>{fault}</p>
      <p class="hint whole">{words.passwordHint}</p>
    </form>
  );
}

/** Shows it once. */
export function PhoneDialog({ secret, onClose }: {
  readonly secret: PhoneSecret;
  readonly onClose: () => void;
}) {
  const words = texts.settings;
  const typed = secret.secret.replace(/.{4}(?=.)/g, "$& ");
  return (
    <Dialog title={words.phoneTitle(secret.name)} onClose={onClose}>
      <p>{words.phoneWhat}</p>
      <QrPicture svg={secret.qr} alt={words.phonePicture} />
      <p>{words.phoneTyped}</p>
      <pre class="whole" tabIndex={0}>{typed}</pre>
      <button type="button" onClick={onClose}>{words.close}</button>
    </Dialog>
  );
}
