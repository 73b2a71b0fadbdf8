// Follows a running audit. Everything is put in place as text; without this script the page refreshes itself.
const box = document.getElementById('progress')
const status = document.getElementById('status')
const list = document.getElementById('steps')

function row() {
  const item = document.createElement('li')
  for (const kind of ['label', 'state', 'note']) {
    const part = document.createElement('span')
    part.className = kind
    item.append(part)
  }
  return item
}

function show({ status: text, steps }) {
  status.textContent = text
  steps.forEach(({ label, state, word, note }, at) => {
    const item = list.children[at] ?? list.appendChild(row())
    item.className = state
    const [first, second, third] = item.children
    first.textContent = label
    second.textContent = word
    third.textContent = note
  })
}

if (box && status && list) {
  const events = new EventSource(box.dataset.events)
  events.addEventListener('progress', ({ data }) => show(JSON.parse(data)))
  events.addEventListener('end', () => {
    events.close()
    location.reload()
  })
  events.addEventListener('error', () => {
    // Closed for good: the audit or the session has ended, or there are too many streams. Otherwise the browser
    // connects again by itself. Not at once, so that a page that is refused its stream asks as one without script.
    if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 2000)
  })
}
