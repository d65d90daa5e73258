// The keys of the text and of its notes, and what is put right while one types.
import {
  baseKeymap, chainCommands, deleteSelection, joinBackward, joinForward, selectNodeBackward, selectNodeForward,
} from 'prosemirror-commands'
import { emDash, inputRules, smartQuotes, textblockTypeInputRule, undoInputRule, wrappingInputRule } from 'prosemirror-inputrules'
import { keymap } from 'prosemirror-keymap'
import { splitListItem } from 'prosemirror-schema-list'
import { ACTS, chooseFootnote, indent, lineBreak, outdent, selectAll, setStyle } from './acts.js'
import { schema } from './schema.js'

const { bullet_list, ordered_list, list_item } = schema.nodes

// Keys that act alike in the text and in a note. `more` are the editor's own acts: link, help, toolbar.
const MARKS = { 'Mod-b': 'bold', 'Mod-i': 'italic', 'Mod-u': 'underline', 'Mod-.': 'superscript' }
export const markKeys = keymap({
  ...Object.fromEntries(Object.entries(MARKS).map(([key, act]) => [key, ACTS[act].run])),
  'Mod-a': selectAll,
  'Shift-Enter': lineBreak,
})

export const textKeys = [
  keymap({
    'Mod-Alt-0': setStyle('paragraph'),
    'Mod-Alt-1': setStyle('heading-2'),
    'Mod-Alt-2': setStyle('heading-3'),
    'Mod-Alt-3': setStyle('quote'),
    'Mod-Shift-7': ACTS.numbers.run,
    'Mod-Shift-8': ACTS.bullets.run,
    'Mod-Shift-9': ACTS.letters.run,
    'Mod-]': indent,
    'Mod-[': outdent,
    'Mod-Alt-f': ACTS.footnote.run,
    'Mod-z': ACTS.undo.run,
    'Mod-y': ACTS.redo.run,
    'Mod-Shift-z': ACTS.redo.run,
    Backspace: chainCommands(undoInputRule, deleteSelection, chooseFootnote(-1), joinBackward, selectNodeBackward),
    Delete: chainCommands(deleteSelection, chooseFootnote(1), joinForward, selectNodeForward),
    Enter: splitListItem(list_item),
  }),
  markKeys,
  keymap(baseKeymap),
]

const rules = [
  ...smartQuotes,
  emDash,
  wrappingInputRule(/^\s*[-*•]\s$/, bullet_list),
  wrappingInputRule(/^(\d{1,3})[.)]\s$/, ordered_list, (found) => ({ start: Math.max(1, +found[1]), style: '1' }), joins),
  wrappingInputRule(/^\(?a[.)]\s$/, ordered_list, { start: 1, style: 'a' }),
  textblockTypeInputRule(/^##\s$/, schema.nodes.heading, { level: 2 }),
]

function joins(found, list) {
  return list.attrs.style === '1' && list.attrs.start + list.childCount === +found[1]
}

export const whileTyping = inputRules({ rules })
export const inNotes = inputRules({ rules: [...smartQuotes, emDash] })
