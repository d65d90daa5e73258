// What the toolbar's buttons and the keys do: commands in ProseMirror's sense, (state, dispatch) => whether it can be done.
import { setBlockType, toggleMark, wrapIn } from 'prosemirror-commands'
import { redo, undo } from 'prosemirror-history'
import { liftListItem, sinkListItem, wrapInList } from 'prosemirror-schema-list'
import { NodeSelection, Selection, TextSelection } from 'prosemirror-state'
import { liftTarget } from 'prosemirror-transform'
import { MOST_LISTS, schema } from './schema.js'

const { paragraph, heading, blockquote, bullet_list, ordered_list, list_item, footnote, hard_break } = schema.nodes
const isList = (node) => node.type === bullet_list || node.type === ordered_list

// ---- where the cursor is

// The innermost node around the selection that fits, with its position and depth; null in none.
function around({ $from }, fits) {
  for (let depth = $from.depth; depth > 0; depth--) {
    if (fits($from.node(depth))) return { node: $from.node(depth), pos: $from.before(depth), depth }
  }
  return null
}

export const listAround = (state) => around(state.selection, isList)

function listsAround({ $from }) {
  let count = 0
  for (let depth = $from.depth; depth > 0; depth--) count += isList($from.node(depth))
  return count
}

export function hasMark(state, type) {
  const { from, to, empty, $from } = state.selection
  if (empty) return Boolean(type.isInSet(state.storedMarks || $from.marks()))
  return state.doc.rangeHasMark(from, to, type)
}

// Which of the paragraph styles the selection stands in.
export function styleAt(state) {
  if (around(state.selection, (node) => node.type === blockquote)) return 'quote'
  const { parent } = state.selection.$from
  return parent.type === heading ? `heading-${parent.attrs.level}` : 'paragraph'
}

// ---- one act after the other, as one step to undo

function both(first, second) {
  return (state, dispatch) => {
    const tr = done(first, state)
    const then = tr && done(second, state.apply(tr))
    if (!then) return false
    then.steps.forEach((step) => tr.step(step))
    dispatch?.(tr.scrollIntoView())
    return true
  }
}

function done(act, state) {
  let made = null
  act(state, (tr) => (made = tr))
  return made
}

// A heading cannot stand in a list or a quote, so it becomes a paragraph on the way.
const fromHeading = (act) => (state, dispatch) => act(state, dispatch) || both(setBlockType(paragraph), act)(state, dispatch)

// ---- paragraph styles

export function setStyle(name) {
  return (state, dispatch) => {
    const now = styleAt(state)
    if (now === name) return false
    if (name === 'quote') return fromHeading(wrapIn(blockquote))(state, dispatch)
    const set = name === 'paragraph' ? setBlockType(paragraph) : setBlockType(heading, { level: Number(name.at(-1)) })
    if (now !== 'quote') return set(state, dispatch)
    return name === 'paragraph' ? unquote(state, dispatch) : both(unquote, set)(state, dispatch)
  }
}

function unquote(state, dispatch) {
  const { $from, $to } = state.selection
  const range = $from.blockRange($to, (node) => node.type === blockquote)
  const target = range && liftTarget(range)
  if (target === null) return false
  dispatch?.(state.tr.lift(range, target).scrollIntoView())
  return true
}

// ---- lists

// Make a list of the selection; turn a list of another kind into this one; lift the item out of a list of this kind.
export function toggleList(type, attrs = null) {
  return (state, dispatch) => {
    const list = listAround(state)
    if (!list) return fromHeading(wrapInList(type, attrs))(state, dispatch)
    if (list.node.type === type && list.node.attrs.style === attrs?.style) return liftListItem(list_item)(state, dispatch)
    dispatch?.(state.tr.setNodeMarkup(list.pos, type, attrs).scrollIntoView())
    return true
  }
}

export const isListOf = (type, style) => (state) => {
  const list = listAround(state)?.node
  return Boolean(list && list.type === type && (style === undefined || list.attrs.style === style))
}

export function indent(state, dispatch) {
  return listsAround(state.selection) < MOST_LISTS && sinkListItem(list_item)(state, dispatch)
}

export function outdent(state, dispatch) {
  return listAround(state) ? liftListItem(list_item)(state, dispatch) : styleAt(state) === 'quote' && unquote(state, dispatch)
}

export function setNumbering({ start, style }) {
  return (state, dispatch) => {
    const list = listAround(state)
    if (list?.node.type !== ordered_list) return false
    dispatch?.(state.tr.setNodeMarkup(list.pos, null, { start, style }))
    return true
  }
}

// The number with which the list at the cursor would go on from the numbered list above it of the same depth; null without one.
export function continued(state) {
  const list = listAround(state)
  if (list?.node.type !== ordered_list) return null
  let next = null
  state.doc.descendants((node, pos, parent) => {
    const depth = state.doc.resolve(pos).depth + 1
    if (node.type === ordered_list && pos < list.pos && depth === list.depth && pos + node.nodeSize <= list.pos) {
      next = { start: node.attrs.start + node.childCount, style: node.attrs.style }
    }
    return parent && node.type !== footnote
  })
  return next
}

// ---- all, breaks, links, notes

// All words, as a selection that stands in paragraphs: lists and styles then act on all of them.
export function selectAll(state, dispatch) {
  const [start, end] = [Selection.atStart(state.doc), Selection.atEnd(state.doc)]
  dispatch?.(state.tr.setSelection(TextSelection.between(start.$from, end.$to)))
  return true
}

export function lineBreak(state, dispatch) {
  dispatch?.(state.tr.replaceSelectionWith(hard_break.create(), true).scrollIntoView())
  return true
}

// The link around the cursor or in the selection: its address and where it begins and ends.
export function linkAt(state) {
  const { $from, from, to, empty } = state.selection
  const { link } = schema.marks
  const at = empty ? { from: $from.pos, to: $from.pos } : { from, to }
  let found = null
  state.doc.nodesBetween(Math.max(0, at.from - (empty ? 1 : 0)), Math.min(state.doc.content.size, at.to + (empty ? 1 : 0)), (node, pos) => {
    const mark = node.isInline && link.isInSet(node.marks)
    const touches = pos <= at.to && pos + node.nodeSize >= at.from
    if (mark && touches && (!found || found.href === mark.attrs.href)) {
      found = { href: mark.attrs.href, from: found ? found.from : pos, to: pos + node.nodeSize }
    }
    return node.type !== footnote
  })
  return found
}

export function setLink(href) {
  return (state, dispatch) => {
    const { link } = schema.marks
    const old = linkAt(state)
    const { from, to } = old || state.selection
    const tr = state.tr
    if (from === to) tr.insert(from, schema.text(href.replace(/^mailto:/, ''), [link.create({ href }), ...(state.storedMarks || [])]))
    else tr.removeMark(from, to, link).addMark(from, to, link.create({ href }))
    dispatch?.(tr.scrollIntoView())
    return true
  }
}

export function removeLink(state, dispatch) {
  const old = linkAt(state)
  if (!old) return false
  dispatch?.(state.tr.removeMark(old.from, old.to, schema.marks.link))
  return true
}

// An empty note called where the selection ends.
export function insertFootnote(state, dispatch) {
  const { $to } = state.selection
  if (!$to.parent.isTextblock || state.doc.type === footnote) return false
  const tr = state.tr.insert($to.pos, footnote.create())
  tr.setSelection(TextSelection.create(tr.doc, $to.pos + footnote.create().nodeSize))
  dispatch?.(tr.setMeta('newNote', $to.pos).scrollIntoView())
  return true
}

// As in Word: the first Backspace or Delete at a note's number chooses it, the second deletes it.
export function chooseFootnote(direction) {
  return (state, dispatch) => {
    const { $cursor } = state.selection
    const beside = direction < 0 ? $cursor?.nodeBefore : $cursor?.nodeAfter
    if (beside?.type !== footnote) return false
    const pos = direction < 0 ? $cursor.pos - beside.nodeSize : $cursor.pos
    dispatch?.(state.tr.setSelection(NodeSelection.create(state.doc, pos)))
    return true
  }
}

export const chosenFootnote = ({ selection }) => (selection instanceof NodeSelection && selection.node.type === footnote ? selection.from : null)

// ---- all acts by name, as the toolbar names them

const mark = (name) => ({ run: toggleMark(schema.marks[name]), on: (state) => hasMark(state, schema.marks[name]) })
const listing = (type, style) => ({ run: toggleList(type, style && { start: 1, style }), on: isListOf(type, style) })

export const ACTS = {
  bold: mark('strong'),
  italic: mark('em'),
  underline: mark('underline'),
  superscript: mark('superscript'),
  bullets: listing(bullet_list),
  numbers: listing(ordered_list, '1'),
  letters: listing(ordered_list, 'a'),
  indent: { run: indent },
  outdent: { run: outdent },
  footnote: { run: insertFootnote },
  undo: { run: undo, whole: true },
  redo: { run: redo, whole: true },
}
