// Asks for the page anew when a lost connection is back. It may lead to another replica, whose session knows of the
// page's widgets only after a run: without one, the first press of a button or the first file would do nothing.

function askAfterReconnecting(ask) {
  const app = document.querySelector('[data-testid="stApp"]');
  let lost = false;
  const changes = new MutationObserver(() => {
    const connected = app.dataset.testConnectionState === "CONNECTED";
    if (connected && lost) ask();
    lost = !connected;
  });
  changes.observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });
  return () => changes.disconnect();
}
