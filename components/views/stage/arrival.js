// What a reader who goes to another screen finds: its top, and its title where the keyboard was on something that is gone.

function openAtTheTop() {
  const app = document.querySelector('[data-testid="stApp"]');
  const where = () => {
    const { pathname, searchParams } = new URL(location.href);
    return `${pathname} ${searchParams.get("screen") ?? ""}`;
  };
  let shown = where();
  const arrive = () => {
    if (app.dataset.testScriptState !== "notRunning" || where() === shown) return;
    shown = where();
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
    const title = document.querySelector(".st-key-stage_head h1");
    if (!title || document.activeElement !== document.body) return;
    title.tabIndex = -1; // a title takes the focus only from here
    title.focus({ preventScroll: true });
  };
  const runs = new MutationObserver(arrive);
  runs.observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] });
  return () => runs.disconnect();
}
