// Footnotes: a number in the text where a note is called, and below the text the notes themselves, each edited in place.
import { closeHistory } from 'prosemirror-history'
import { keymap } from 'prosemirror-keymap'
import { Fragment } from 'prosemirror-model'
import { EditorState, Plugin, Selection, TextSelection } from 'prosemirror-state'
import { StepMap } from 'prosemirror-transform'
import { EditorView } from 'prosemirror-view'
import { ACTS, chosenFootnote } from './acts.js'
import { inNotes, markKeys } from './keys.js'
import { childrenOf, schema } from './schema.js'

const { footnote, hard_break } = schema.nodes

// ---- one note

// The number in the text, and its note's own editor in `item`, an <li> that NoteList puts in its place.
class Note {
  constructor(node, outer, getPos, list) {
    Object.assign(this, { node, outer, getPos, list })
    this.dom = document.createElement('span')
    this.dom.className = 'call'
    this.dom.setAttribute('role', 'link')
    this.build()
    list.add(this)
  }

  build() {
    this.item = this.list.blank()
    this.inner = new EditorView({ mount: this.item.querySelector('[data-note]') }, {
      state: EditorState.create({ doc: this.node, plugins: [inNotes, this.keys(), markKeys] }),
      dispatchTransaction: (tr) => this.dispatch(tr),
      handlePaste: (view, event, slice) => this.paste(slice),
      handleDrop: (view, event, slice, moved) => !moved && this.paste(slice),
      handleDOMEvents: { focus: () => this.list.enter(this) },
      transformPastedHTML: this.list.editor.clean,
      clipboardTextParser: this.list.editor.readPlain,
      attributes: { class: 'note__text', role: 'textbox', 'aria-multiline': 'true', spellcheck: 'true' },
    })
    this.item.querySelector('[data-act="back"]').addEventListener('click', () => this.leave())
    this.item.querySelector('[data-act="delete"]').addEventListener('click', () => this.remove())
    this.mark()
  }

  keys() {
    const { editor } = this.list
    return keymap({
      'Mod-z': () => ACTS.undo.run(this.outer.state, this.outer.dispatch),
      'Mod-y': () => ACTS.redo.run(this.outer.state, this.outer.dispatch),
      'Mod-Shift-z': () => ACTS.redo.run(this.outer.state, this.outer.dispatch),
      'Mod-k': () => editor.openLink(),
      'Mod-/': () => editor.openHelp(),
      'Alt-F10': () => editor.toToolbar(),
      Enter: () => this.leave(),
      Escape: () => this.leave(),
      ArrowDown: (state) => state.selection.empty && this.inner.endOfTextblock('down') && this.list.step(this, 1),
      ArrowUp: (state) => state.selection.empty && this.inner.endOfTextblock('up') && this.list.step(this, -1),
      Backspace: (state) => state.doc.content.size === 0 && this.remove(),
    })
  }

  dispatch(tr) {
    const { state, transactions } = this.inner.state.applyTransaction(tr)
    this.inner.updateState(state)
    if (!tr.getMeta('fromText')) this.passOn(transactions)
    this.mark()
    this.list.editor.selectionChanged()
  }

  // What was done to the note is done to the whole text, so that one history of undo holds both.
  passOn(transactions) {
    const tr = this.outer.state.tr
    const shift = StepMap.offset(this.getPos() + 1)
    for (const { steps } of transactions) for (const step of steps) tr.step(step.map(shift))
    if (tr.docChanged) this.outer.dispatch(tr)
  }

  update(node) {
    if (node.type !== footnote) return false
    this.node = node
    const { state } = this.inner
    const start = node.content.findDiffStart(state.doc.content)
    if (start !== null) {
      let { a, b } = node.content.findDiffEnd(state.doc.content)
      const overlap = start - Math.min(a, b)
      if (overlap > 0) [a, b] = [a + overlap, b + overlap]
      this.inner.dispatch(state.tr.replace(start, b, node.slice(start, a)).setMeta('fromText', true))
    }
    return true
  }

  // A note holds words only: of whatever is pasted the paragraphs become lines.
  paste(slice) {
    const lines = []
    slice.content.descendants((node) => {
      if (!node.isTextblock) return true
      lines.push(childrenOf(node).flatMap((child) => (child.type === footnote ? childrenOf(child) : [child])))
      return false
    })
    if (!lines.length) lines.push(childrenOf(slice.content).filter((child) => child.isInline))
    const content = lines.flatMap((line, at) => (at ? [hard_break.create(), ...line] : line))
    const { from, to } = this.inner.state.selection
    this.inner.dispatch(this.inner.state.tr.replaceWith(from, to, Fragment.fromArray(content)).scrollIntoView())
    this.list.editor.pasted(slice)
    return true
  }

  mark() {
    this.item.classList.toggle('note--empty', !this.node.textContent.trim())
  }

  number(number) {
    this.dom.textContent = String(number)
    this.dom.setAttribute('aria-label', `Footnote ${number}`)
    this.item.querySelector('[data-number]').textContent = `${number}`
    this.inner.dom.setAttribute('aria-label', `Footnote ${number}`)
    for (const button of this.item.querySelectorAll('[data-act]')) button.setAttribute('aria-label', `${button.dataset.words} ${number}`)
  }

  // Into the note, its cursor at the end.
  enter() {
    this.list.enter(this)
    this.inner.dispatch(this.inner.state.tr.setSelection(Selection.atEnd(this.inner.state.doc)))
    this.inner.focus()
    this.item.scrollIntoView({ block: 'nearest' })
    return true
  }

  // Back into the text, right after the call.
  leave() {
    const after = this.getPos() + this.node.nodeSize
    this.outer.focus() // first: nothing is scrolled to in a text without the focus
    this.outer.dispatch(this.outer.state.tr.setSelection(TextSelection.create(this.outer.state.doc, after)).scrollIntoView())
    return true
  }

  remove() {
    const pos = this.getPos()
    const number = this.dom.textContent
    this.outer.focus()
    const { doc, tr } = this.outer.state
    this.outer.dispatch(closeHistory(tr.setSelection(TextSelection.create(doc, pos)).delete(pos, pos + this.node.nodeSize)).scrollIntoView())
    this.list.editor.say(`Footnote ${number} is deleted. Undo brings it back.`)
    return true
  }

  selectNode() {
    this.dom.classList.add('call--chosen')
  }

  deselectNode() {
    this.dom.classList.remove('call--chosen')
  }

  reachable(yes) {
    this.inner.dom.tabIndex = yes ? 0 : -1
    for (const button of this.item.querySelectorAll('button')) button.tabIndex = yes ? 0 : -1
  }

  stopEvent() {
    return false
  }

  ignoreMutation() {
    return true
  }

  destroy() {
    this.list.drop(this)
    this.inner.destroy()
    this.item.remove()
  }
}

// ---- all of them

export class NoteList {
  // `section` holds an <ol> and a <template> of an item.
  constructor(section, editor) {
    Object.assign(this, { section, editor, notes: new Set(), current: null })
    this.ol = section.querySelector('ol')
    this.template = section.querySelector('template')
  }

  plugin() {
    const list = this
    return new Plugin({
      props: {
        nodeViews: { footnote: (node, view, getPos) => new Note(node, view, getPos, list) },
        handleClickOn: (view, pos, node, nodePos, event, direct) => direct && node.type === footnote && list.open(nodePos),
        handleKeyDown: (view, event) => {
          const pos = event.key === 'Enter' && !event.isComposing ? chosenFootnote(view.state) : null
          return pos !== null && list.open(pos)
        },
      },
      appendTransaction: (transactions) => {
        const fresh = transactions.find((tr) => tr.getMeta('newNote') !== undefined)
        if (fresh) setTimeout(() => list.open(fresh.getMeta('newNote')))
        return null
      },
      view: () => ({ update: (view, before) => list.update(view, before) }),
    })
  }

  add(note) {
    this.notes.add(note)
  }

  drop(note) {
    this.notes.delete(note)
    if (this.current === note) this.current = null
  }

  blank() {
    return this.template.content.firstElementChild.cloneNode(true)
  }

  inOrder() {
    return [...this.notes].sort((one, other) => one.getPos() - other.getPos())
  }

  // Number the notes anew and put them in order; an item with the cursor in it is never moved.
  renumber() {
    const notes = this.inOrder()
    notes.forEach((note, at) => {
      note.number(at + 1)
      if (this.ol.children[at] !== note.item) this.ol.insertBefore(note.item, this.ol.children[at] || null)
    })
    this.section.hidden = notes.length === 0
    this.enter(this.current || notes[0])
  }

  update(view, before) {
    if (before.doc !== view.state.doc) this.renumber()
    const pos = chosenFootnote(view.state)
    if (pos !== null && (chosenFootnote(before) !== pos || before.doc !== view.state.doc)) this.announce(pos)
  }

  announce(pos) {
    const note = this.at(pos)
    if (note) this.editor.say(`Footnote ${note.dom.textContent}: ${note.node.textContent || 'empty'}. Enter edits it, Delete deletes it.`)
  }

  at(pos) {
    return this.inOrder().find((note) => note.getPos() === pos)
  }

  open(pos) {
    return Boolean(this.at(pos)?.enter())
  }

  // The Tab key reaches one note; the arrow keys go on from there.
  enter(note) {
    this.current = note
    for (const other of this.notes) other.reachable(other === note)
  }

  step(note, by) {
    const notes = this.inOrder()
    return Boolean(notes[notes.indexOf(note) + by]?.enter())
  }

  focused() {
    return [...this.notes].find((note) => note.inner.hasFocus())
  }
}
