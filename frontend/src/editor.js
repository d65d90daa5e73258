// The editor in the place of the textarea with the letter's HTML.
import { gapCursor } from 'prosemirror-gapcursor'
import { closeHistory, history } from 'prosemirror-history'
import { keymap } from 'prosemirror-keymap'
import { DOMParser as Reader } from 'prosemirror-model'
import { EditorState, Plugin } from 'prosemirror-state'
import { EditorView } from 'prosemirror-view'
import { HelpDialog, LinkDialog, NumberingDialog } from './dialogs.js'
import { textKeys, whileTyping } from './keys.js'
import { NoteList } from './notes.js'
import { cleaned, fromPlain } from './paste.js'
import { counts, inert, read, schema, write } from './schema.js'
import { Toolbar } from './toolbar.js'

// What the toolbar above and the bar below may cover of the window, in pixels.
const UNCOVERED = { top: 100, right: 0, bottom: 100, left: 0 }

export class Editor {
  // `frame` holds toolbar, place of the text, notes and dialogs; `say` tells a screen reader, `tell` everybody; `changed` hears of each edit.
  constructor(frame, textarea, { say, tell, changed }) {
    Object.assign(this, { frame, textarea, say, tell, changed, said: [] })
    this.clean = (html) => cleaned(html, (sentence) => this.said.push(sentence))
    this.readPlain = (text) => this.slice(fromPlain(text, (sentence) => this.said.push(sentence)))
    this.dialogs = {
      link: new LinkDialog(document.querySelector('[data-dialog="link"]'), this),
      numbering: new NumberingDialog(document.querySelector('[data-dialog="numbering"]'), this),
      help: new HelpDialog(document.querySelector('[data-dialog="help"]'), this),
    }
    this.notes = new NoteList(frame.querySelector('[data-notes]'), this)
    this.view = this.open()
    this.toolbar = new Toolbar(frame.querySelector('[role="toolbar"]'), this)
    this.notes.renumber()
    this.toolbar.refresh()
  }

  open() {
    return new EditorView({ mount: this.frame.querySelector('[data-text]') }, {
      state: EditorState.create({ doc: read(this.textarea.value), plugins: this.plugins() }),
      dispatchTransaction: (tr) => this.dispatch(tr),
      handlePaste: (view, event, slice) => this.paste(event.clipboardData, slice),
      handleDrop: (view, event, slice, moved) => !moved && this.paste(event.dataTransfer, slice),
      transformPastedHTML: this.clean,
      clipboardTextParser: this.readPlain,
      handleDOMEvents: { focus: () => this.selectionChanged() },
      scrollThreshold: UNCOVERED,
      scrollMargin: UNCOVERED,
      attributes: this.attributes(),
    })
  }

  plugins() {
    const own = keymap({
      'Mod-k': () => this.openLink(),
      'Mod-/': () => this.openHelp(),
      'Alt-F10': () => this.toToolbar(),
    })
    return [whileTyping, own, this.notes.plugin(), ...textKeys, history(), gapCursor(), onSelection(() => this.selectionChanged())]
  }

  // The text takes over the textarea's id, so that links from the error summary lead to it.
  attributes() {
    const { id } = this.textarea
    const label = document.querySelector(`label[for="${id}"]`)
    label.id = `${id}_label`
    label.addEventListener('click', () => this.view.focus())
    this.textarea.id = `${id}_html`
    const wrong = document.getElementById(`${id}_error`)
    return {
      id,
      class: 'paper__text letter',
      role: 'textbox',
      'aria-multiline': 'true',
      'aria-labelledby': label.id,
      'aria-describedby': ['editor-keys', wrong?.id].filter(Boolean).join(' '),
      spellcheck: 'true',
      ...(wrong && { 'aria-invalid': 'true' }),
    }
  }

  dispatch(tr) {
    this.view.updateState(this.view.state.apply(tr))
    if (tr.docChanged) this.changed()
  }

  // ---- the text

  html() {
    return write(this.view.state.doc)
  }

  counts() {
    return counts(this.view.state.doc)
  }

  // Put another text in; undo brings the old one back.
  replace(html) {
    const { doc, tr } = this.view.state
    this.view.dispatch(closeHistory(tr.replaceWith(0, doc.content.size, read(html).content)))
    this.view.dispatch(closeHistory(this.view.state.tr))
  }

  // ---- where the cursor is: in the text or in a note

  place() {
    const note = this.notes.focused() || (this.view.hasFocus() ? null : this.lastNote())
    const view = note ? note.inner : this.view
    return { view, state: view.state, note }
  }

  // While the focus is in the toolbar or a dialog, the note that had it last counts.
  lastNote() {
    return this.inNote && this.notes.notes.has(this.inNote) ? this.inNote : null
  }

  selectionChanged() {
    if (this.notes.focused()) this.inNote = this.notes.focused()
    else if (this.view?.hasFocus()) this.inNote = null
    this.toolbar?.refresh()
  }

  focus() {
    this.place().view.focus()
  }

  run(act) {
    const { view } = act.whole ? this : this.place()
    act.run(view.state, view.dispatch, view)
    this.toolbar.refresh()
  }

  openLink() {
    return this.dialogs.link.show()
  }

  openNumbering() {
    return this.dialogs.numbering.show()
  }

  openHelp() {
    return this.dialogs.help.show()
  }

  toToolbar() {
    return this.toolbar.focus()
  }

  // ---- what is pasted

  slice(html) {
    return Reader.fromSchema(schema).parseSlice(inert(html).body, { preserveWhitespace: false })
  }

  paste(data, slice) {
    if (data?.files.length && !slice.size) {
      this.said = []
      this.tell('A file or a picture cannot be put into the text. Paste words, or import a Word file.')
      return true
    }
    this.pasted()
    return false
  }

  pasted() {
    const said = [...new Set(this.said)]
    this.said = []
    if (said.length) setTimeout(() => this.tell(`Pasted. ${said.join(' ')}`))
  }
}

function onSelection(heard) {
  return new Plugin({ view: () => ({ update: (view, before) => before !== view.state && heard() }) })
}

