// import.mjs PACKAGE: prints how many milliseconds importing a package took.
const [name = ''] = process.argv.slice(2)
const begin = performance.now()
await import(name)
console.log(performance.now() - begin)
