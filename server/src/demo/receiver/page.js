const base = '/demo/receiver';
const list = document.getElementById('list');
const row = document.getElementById('row');
let newest = 0;

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

function show(received) {
  const item = row.content.cloneNode(true);
  const put = (selector, text) => { item.querySelector(selector).textContent = text; };
  const answer = item.querySelector('.answer');
  answer.textContent = received.answered === '200' ? '✓ 200' : `✗ ${received.answered}`;
  answer.classList.add(received.answered === '200' ? 'good' : 'bad');
  put('.number', `#${received.number}`);
  put('time', received.at.slice(11, 23));
  put('.id', received.webhook_id ?? 'no webhook-id');
  put('.signed', received.is_signed ? 'signed' : 'not signed');
  put('.preview', received.body);
  put('pre', pretty(received.body));
  for (const [name, value] of received.headers) {
    const dt = document.createElement('dt');
    const dd = document.createElement('dd');
    dt.textContent = name;
    dd.textContent = value;
    item.querySelector('dl').append(dt, dd);
  }
  list.prepend(item);
}

async function refresh() {
  const state = document.getElementById('state');
  try {
    const shown = await (await fetch(`${base}/deliveries?since=${newest}`)).json();
    if (shown.count < newest) { newest = 0; list.replaceChildren(); return; }
    for (const received of shown.newest_first.toReversed()) { show(received); newest = received.number; }
    while (list.children.length > 200) list.lastElementChild.remove();
    document.getElementById('count').textContent = shown.count;
    document.getElementById('empty').hidden = list.children.length > 0;
    document.querySelector(`input[value=${shown.mode}]`).checked = true;
    state.textContent = '';
  } catch {
    state.textContent = '(the server does not answer)';
  }
}

document.getElementById('modes').addEventListener('change', async (event) => {
  const body = JSON.stringify({ mode: event.target.value });
  await fetch(`${base}/mode`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
});
document.getElementById('clear').addEventListener('click', async () => {
  await fetch(`${base}/deliveries`, { method: 'DELETE' });
  list.replaceChildren();
});
await refresh();
setInterval(refresh, 1000);
