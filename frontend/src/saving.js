// Keeps the server's working copy in step with what is typed. Nothing is stored in the browser: text that cannot be sent stays on the page.

const PAUSE = 2000
const LONGEST = 10_000
const AGAIN = [3000, 6000, 12_000, 30_000]

const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1]

export class Saving {
  // `form` has the fields, with `version`; `show(state, sentence, more)` tells how it stands; `saved(answer)` and `conflict(answer)` hear of answers.
  constructor(form, { show, saved, conflict, collect }) {
    Object.assign(this, { form, show, saved, conflict, collect, tries: 0, stopped: false, waiting: null, running: null })
    this.kept = this.snapshot()
    window.addEventListener('online', () => this.now())
    window.addEventListener('focus', () => this.signInNeeded && this.now())
    window.addEventListener('beforeunload', (event) => this.dirty() && !this.leaving && event.preventDefault())
  }

  // All that is typed, as one string.
  snapshot() {
    this.collect()
    return new URLSearchParams([...new FormData(this.form)].filter(([name]) => !['csrfmiddlewaretoken', 'version'].includes(name))).toString()
  }

  dirty() {
    return this.snapshot() !== this.kept
  }

  changed() {
    if (this.stopped) return
    this.since ??= Date.now()
    this.plan(Math.max(0, Math.min(PAUSE, this.since + LONGEST - Date.now())))
    if (!this.tries) this.show('waiting')
  }

  plan(delay) {
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.now(), delay)
  }

  // Save at once what is not saved yet. Resolves to whether all is saved.
  async now() {
    clearTimeout(this.waiting)
    if (this.running) await this.running
    if (this.stopped) return false
    this.since = null
    if (!this.dirty()) {
      this.show('saved')
      this.tries = 0
      return true
    }
    this.running = this.send().finally(() => (this.running = null))
    return this.running
  }

  async send() {
    const sent = this.snapshot()
    this.show('saving')
    let answer
    try {
      answer = await fetch(this.form.dataset.save, { method: 'POST', body: this.body(), redirect: 'manual', headers: { Accept: 'application/json' } })
    } catch {
      return this.later(navigator.onLine ? 'the server does not answer' : 'there is no connection')
    }
    return this.heard(answer, sent)
  }

  // The token is read from its cookie: signing in anew in another tab has changed it.
  body() {
    const data = new FormData(this.form)
    if (token()) data.set('csrfmiddlewaretoken', token())
    return data
  }

  async heard(answer, sent) {
    if (answer.type === 'opaqueredirect' || answer.status === 401 || (answer.status === 403 && !token())) return this.signIn()
    if (answer.status >= 500 || answer.status === 429) return this.later('the server has trouble')
    const json = answer.headers.get('Content-Type')?.startsWith('application/json') ? await answer.json().catch(() => ({})) : {}
    if (answer.ok) return this.done(json, sent)
    if (json.theirs) return this.clash(json)
    this.tries = 1
    this.show('refused', json.error || 'You may not edit this letter any more. Copy what you typed, and ask the lead’s office.')
    return false
  }

  done(json, sent) {
    this.form.elements.version.value = json.version
    this.kept = sent
    this.tries = 0
    this.signInNeeded = false
    this.show('saved')
    this.saved(json)
    if (this.dirty()) this.changed()
    return true
  }

  later(why) {
    const delay = AGAIN[Math.min(this.tries, AGAIN.length - 1)]
    this.tries += 1
    this.show('failed', why)
    this.plan(delay)
    return false
  }

  signIn() {
    this.tries += 1
    this.signInNeeded = true
    this.show('signed-out')
    this.plan(15_000)
    return false
  }

  clash(json) {
    this.stopped = true
    this.show('conflict')
    this.conflict(json)
    return false
  }

  // After a conflict: go on from the other one's version.
  goOn(version) {
    this.form.elements.version.value = version
    this.stopped = false
    return this.now()
  }
}
