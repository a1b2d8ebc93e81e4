"""A tab that the browser has frozen: it keeps its locks and its connections, and nothing in it runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.e2e.tab import Tab
from tests.eventually import wait_until

FREEZABLE = """
  const { objectStore } = IDBTransaction.prototype;
  const open = new Set();
  let wanted = false;
  const freeze = () => {
    if (open.size > 0 || !wanted) return;
    wanted = false;
    debugger;
  };
  const follow = (transaction) => {
    open.add(transaction);
    for (const end of ['complete', 'abort'])
      transaction.addEventListener(end, () => open.delete(transaction) && setTimeout(freeze));
  };
  IDBTransaction.prototype.objectStore = function (name) {
    if (!open.has(this)) follow(this);
    return objectStore.call(this, name);
  };
  window.freezeBetweenTransactions = () => {
    wanted = true;
    setTimeout(freeze);
  };
"""


def make_freezable(tab: Tab) -> None:
    """From its next start on it knows which transactions are open."""
    tab.page.add_init_script(FREEZABLE)
    tab.reload()


@contextmanager
def frozen(tab: Tab) -> Iterator[None]:
    """Stops it in its debugger; as browsers do, never within a transaction, which would hold up the other tabs."""
    session = tab.page.context.new_cdp_session(tab.page)
    stops: list[object] = []

    def has_stopped() -> bool:
        session.send("Debugger.enable")  # Playwright hears of events while it is asked something
        return bool(stops)

    session.on("Debugger.paused", lambda stop: stops.append(stop))
    session.send("Debugger.enable")
    tab.page.evaluate("() => freezeBetweenTransactions()")
    wait_until(has_stopped, within_s=60)
    try:
        yield
    finally:
        session.send("Debugger.resume")
        session.detach()
