import { describe, expect, it } from 'vitest'
import { mapLabels } from '../src/label-map.js'
import { ClassSelector, type SelectionOptions } from '../src/selection.js'

const LABELS = ['background', 'crane', 'espresso', 'crane', 'tabby cat']
const SCORES = Float64Array.of(0.3, 0.05, 0.4, 0.2, 0.05)

/** The ranked classes of the scores above. */
function ranked(options: SelectionOptions, defaults: SelectionOptions = {}, labels = LABELS) {
  return new ClassSelector(5, mapLabels(labels, 5, labels.length - 5), defaults).ranking(options)(SCORES)
}

describe('a selection', () => {
  it.each<[SelectionOptions, number[]]>([
    [{}, [2, 0, 3, 1, 4]],
    [{ topK: 2 }, [2, 0]],
    [{ threshold: 0.2 }, [2, 0, 3]],
    [{ threshold: 0.41 }, []],
    [{ threshold: 1 }, []],
    [{ allow: ['espresso', 'tabby cat'] }, [2, 4]],
    [{ allow: ['crane'] }, [3, 1]],
    [{ allow: [4, 'espresso', 4] }, [2, 4]],
    [{ deny: ['background'] }, [2, 3, 1, 4]],
    [{ deny: ['background'], topK: 2 }, [2, 3]],
    [{ deny: [] }, [2, 0, 3, 1, 4]],
    [{ allow: ['crane', 'espresso'], deny: ['espresso', 0] }, [3, 1]],
    [{ allow: ['crane'], threshold: 0.1, topK: 1 }, [3]],
  ])('%j takes %j', (options, classes) => {
    expect(ranked(options)).toEqual(classes)
    expect(ranked({}, options)).toEqual(classes)
  })

  it('replaces the default of its name, and leaves the others', () => {
    const defaults = { topK: 1, threshold: 0.1, allow: ['crane'], deny: ['espresso'] }
    expect(ranked({}, defaults)).toEqual([3])
    expect(ranked({ topK: 3 }, defaults)).toEqual([3])
    expect(ranked({ topK: 3, threshold: 0 }, defaults)).toEqual([3, 1])
    expect(ranked({ topK: 3, allow: [0, 1, 2], deny: [] }, defaults)).toEqual([2, 0])
  })

  it('finds classes by the name that they are shown with', () => {
    // What labelOffset −1 leaves without a name.
    expect(ranked({ allow: ['class 0', 'b'] }, {}, ['a', 'b', 'c', 'd'])).toEqual([2, 0])
  })

  it('names labels that are near one that no class has', () => {
    expect(() => ranked({ allow: ['expresso'] })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        expected: 'perhaps "espresso"',
        found: '"expresso"',
      }),
    )
    expect(() => ranked({ deny: ['Crane'] })).toThrow(/option deny .* perhaps "crane"/)
    expect(() => ranked({ deny: ['qqqqqqqqqqqq'] })).toThrow(/one of the 5 labels/)
    // Not a property of an object.
    expect(() => ranked({ deny: ['constructor'] })).toThrow(/no class has/)
  })

  it.each<unknown>([
    { threshold: -0.1 },
    { threshold: 1.1 },
    { threshold: Number.NaN },
    { threshold: '0.5' },
    { threshold: null },
    { topK: 0 },
    { topK: 6 },
    { allow: [] },
    { allow: 'crane' },
    { allow: [-1] },
    { allow: [5] },
    { allow: [0.5] },
    { deny: [null] },
    { deny: [0, 1, 2, 3, 4] },
    { allow: ['crane'], deny: [1, 3] },
  ])('of %j is refused, also as a default', (options) => {
    const selector = new ClassSelector(5, mapLabels(LABELS, 5, 0), {})
    // null is a value that is out of range, not one left out.
    const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' })
    expect(() => Reflect.apply(selector.ranking, selector, [options])).toThrow(refused)
    expect(() => Reflect.construct(ClassSelector, [5, mapLabels(LABELS, 5, 0), options])).toThrow(refused)
  })
})
