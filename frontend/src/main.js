// The page "Edit the text": the editor, the salutation, counts, saving and preview, put together.
import { Editor } from './editor.js'
import { Preview } from './preview.js'
import { Salutation } from './salutation.js'
import { Saving } from './saving.js'

const QUIET = 30_000 // between two times that a screen reader hears "Saved"

function begin(form) {
  const $ = (name) => document.querySelector(`[data-${name}]`)
  const live = $('live')
  const status = $('status')
  const notice = $('notice')
  let heardAt = 0

  const say = (sentence) => {
    live.textContent = ''
    setTimeout(() => (live.textContent = sentence), 50)
  }
  const tell = (sentence) => {
    notice.hidden = false
    notice.querySelector('p').textContent = sentence
    say(sentence)
  }
  notice.querySelector('button').addEventListener('click', () => {
    notice.hidden = true
    editor.focus()
  })

  form.querySelector('[data-plain]').hidden = true
  for (const part of document.querySelectorAll('[data-editor], [data-scripted]')) part.hidden = false
  const editor = new Editor(form.querySelector('[data-editor]'), form.elements.body, { say, tell, changed })
  const collect = () => (form.elements.body.value = editor.html())
  collect()

  const salutation = new Salutation(form, $('suggestion'), changed)

  // ---- counts

  function countsInWords() {
    const { words, notes } = editor.counts()
    return `${words.toLocaleString('en-US')} ${words === 1 ? 'word' : 'words'}, ${notes} ${notes === 1 ? 'note' : 'notes'}`
  }

  function changed() {
    $('counts').textContent = countsInWords()
    saving.changed()
    preview.changed()
  }

  // ---- how saving stands

  function show(state, why = '') {
    const time = new Date().toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit', second: '2-digit' }).toLowerCase()
    const words = {
      waiting: 'Not saved yet',
      saving: 'Saving…',
      saved: `Saved ${time}`,
      failed: `Not saved: ${why}, trying again. Your text stays on this page, so do not close it.`,
      refused: `Not saved: ${why}`,
      'signed-out': 'Not saved: you are signed out. Your text stays on this page.',
      conflict: 'Not saved: somebody else saved meanwhile.',
    }[state]
    status.dataset.state = state
    status.querySelector('span').textContent = words
    status.querySelector('a').hidden = state !== 'signed-out'
    if (['failed', 'refused', 'signed-out'].includes(state) || (state === 'saved' && Date.now() - heardAt > QUIET)) {
      heardAt = Date.now()
      say(state === 'saved' ? `${words}. ${countsInWords()}.` : state === 'signed-out' ? `${words} Sign in again in a new tab.` : words)
    }
  }

  // ---- two people at once

  const clash = $('conflict')
  const button = (name) => clash.querySelector(`[data-${name}]`)
  let theirs = null
  let mine = null

  function conflict(answer) {
    theirs = answer
    clash.hidden = false
    clash.querySelector('[data-who]').textContent = answer.who
    const difference = clash.querySelector('[data-difference]')
    difference.innerHTML = answer.difference
    clash.querySelector('details').open = false
    clash.focus()
  }

  function put(text) {
    for (const [name, value] of Object.entries(text)) {
      if (name !== 'body') form.elements[name].value = value
    }
    editor.replace(text.body)
    collect()
  }

  function fields() {
    collect()
    return Object.fromEntries(Object.keys(theirs.theirs).map((name) => [name, form.elements[name].value]))
  }

  function settled(message) {
    clash.hidden = true
    editor.view.focus()
    tell(message)
  }

  button('load').addEventListener('click', () => {
    mine = fields()
    put(theirs.theirs)
    saving.kept = saving.snapshot()
    saving.goOn(theirs.version)
    settled('Their text is loaded. Yours is kept until you leave this page.')
    $('mine').hidden = false
  })
  button('keep').addEventListener('click', () => {
    saving.goOn(theirs.version)
    settled('Your text is kept and saved over theirs.')
  })
  $('mine').addEventListener('click', () => {
    put(mine)
    $('mine').hidden = true
    settled('Your own text is back.')
    changed()
  })

  // ---- put together

  const saving = new Saving(form, { show, conflict, collect, saved: (answer) => salutation.suggest(answer.salutation) })
  const preview = new Preview($('preview'), { body: () => (collect(), saving.body()) })
  form.addEventListener('input', (event) => event.target.closest('[data-editor]') || changed())
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 's') return
    event.preventDefault()
    saving.now()
  })
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (await saving.now()) {
      saving.leaving = true
      form.elements.csrfmiddlewaretoken.value = saving.body().get('csrfmiddlewaretoken')
      HTMLFormElement.prototype.submit.call(form)
    } else status.focus()
  })
  $('counts').textContent = countsInWords()
  form.editor = editor
}

const form = document.querySelector('form[data-save]')
if (form) begin(form)
