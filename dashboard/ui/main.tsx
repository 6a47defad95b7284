/**
 * The dashboard in the browser: which page is open, who is logged in, and
 * whether what one sees is fresh.
 *
 * @module
 */
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { lastAnswerMs, loggedIn, post, reachable } from "./api.ts";
import { readEarly } from "./early.ts";
import { keepFocus } from "./focus_keeper.ts";
import { agentAnswers, follow, lastHeardMs } from "./live.ts";
import { myRole } from "./may.ts";
import { Alerts } from "./pages/alerts.tsx";
import { LoadedPage } from "./loaded_page.tsx";
import { LoggedOut } from "./pages/logged_out.tsx";
import { Measures } from "./pages/measures.tsx";
import { Now } from "./pages/now.tsx";
import { Subject } from "./pages/subject.tsx";
import { place } from "./place.ts";
import { texts } from "./texts.ts";
import { When } from "./when.tsx";

const pages = [
  ["/", texts.pages.now],
  ["/alerts", texts.pages.alerts],
  ["/measures", texts.pages.measures],
  ["/mesh", texts.pages.mesh],
  ["/machines", texts.pages.machines],
  ["/exercises", texts.pages.exercises],
  ["/settings", texts.pages.settings],
] as const;

/** Most visits need neither the mesh nor machines: their code waits. */
const openMesh = () => import("./pages/mesh.tsx").then(({ Mesh }) => Mesh);
const openMachines = () =>
  import("./pages/machines.tsx").then(({ Machines }) => Machines);
const openSettings = () =>
  import("./pages/settings/settings.tsx").then(({ Settings }) => Settings);
const openExercises = () =>
  import("./pages/exercises.tsx").then(({ Exercises }) => Exercises);

function App() {
  // Until the first answer says otherwise; asking first would cost a round.
  if (loggedIn.value === false) return <LoggedOut />;
  return <Inside />;
}

function Inside() {
  // One listener that stays keeps the connection while pages come and go.
  useEffect(() => follow(() => {}), []);
  const { pathname } = place.value;
  useEffect(() => {
    document.title = texts.titled(titleOf(pathname));
  }, [pathname]);
  return (
    <>
      <a class="skip" href="#content">{texts.skip}</a>
      <header class="top">
        <strong>{texts.product}</strong>
        <nav aria-label={texts.main}>
          {pages.map(([path, name]) => (
            <a
              key={path}
              href={path}
              aria-current={isAt(pathname, path) ? "page" : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
        <button
          type="button"
          onClick={() =>
            void post("/logout").then(() => loggedIn.value = false)}
        >
          {texts.login.out}
        </button>
      </header>
      {!reachable.value
        ? <Stale why={texts.state.unreachable} />
        : agentAnswers.value === false && <Stale why={texts.state.offline} />}
      <main id="content" tabIndex={-1}>
        <Page key={pageOf(pathname)} path={pathname} />
      </main>
      <MyRole />
    </>
  );
}

/** The address that a place is about, if it is about one. */
function subjectOf(path: string): string | undefined {
  const coded = /^\/subject\/([^/]+)$/.exec(path)?.[1];
  try {
    return coded && decodeURIComponent(coded);
  } catch {
    return coded;
  }
}

function titleOf(path: string): string {
  const subject = subjectOf(path);
  if (subject !== undefined) return texts.subject.title(subject);
  return pages.find(([each]) => isAt(path, each))?.[1] ?? texts.pages.now;
}

/** Whether a place is a page, or a part of one; an address is one of alerts. */
function isAt(path: string, page: string): boolean {
  if (page === "/alerts" && path.startsWith("/subject/")) return true;
  return path === page || (page !== "/" && path.startsWith(`${page}/`));
}

/** Parts of the settings and of the machines are one page each. */
function pageOf(path: string): string {
  return ["/settings", "/machines"].find((page) => isAt(path, page)) ?? path;
}

function Page({ path }: { readonly path: string }) {
  const subject = subjectOf(path);
  if (subject !== undefined) return <Subject subject={subject} />;
  switch (pageOf(path)) {
    case "/alerts":
      return <Alerts />;
    case "/measures":
      return <Measures />;
    case "/mesh":
      return <LoadedPage load={openMesh} />;
    case "/exercises":
      return <LoadedPage load={openExercises} />;
    case "/machines":
      return <LoadedPage load={openMachines} />;
    case "/settings":
      return <LoadedPage load={openSettings} />;
    default:
      return <Now />;
  }
}

/** Said once, for all pages: what is not there is not missing by mistake. */
function MyRole() {
  const role = myRole.value;
  if (role === undefined || role === "owner") return null;
  return <footer class="role soft">{texts.roles[role]}</footer>;
}

function Stale({ why }: { readonly why: string }) {
  const fromMs = Math.max(lastHeardMs.value, lastAnswerMs.value);
  return (
    <p class="banner">
      <span role="alert">{why}</span> {fromMs > 0 && (
        <>
          {texts.state.from} <When ms={fromMs} />.
        </>
      )}
    </p>
  );
}

readEarly();
keepFocus();
const root = document.getElementById("app");
if (root) render(<App />, root);
