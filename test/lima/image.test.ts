/** The same inputs give the same packages: vm/image, vm/provision, and Debian's archive of one day. */
import { expect, it } from 'vitest'
import { besideImage, recorded } from './installed.ts'

const before = recorded()

it.runIf(before !== undefined)(
  'the image has the packages that were recorded, unless the archive has changed since',
  () => {
    const now = besideImage()
    expect(now.packages.length).toBeGreaterThan(100)
    if (now.from === before?.from) return expect(now.packages).toEqual(before.packages)
    const news = now.packages.filter((line) => before?.packages.includes(line) !== true)
    console.log(`recorded: ${before?.from}; this image: ${now.from}; other than recorded:\n${news.join('\n')}`)
  },
)
