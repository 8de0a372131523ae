import Foundation
import MachineFuzz

// Random i386 code on the machine and on the real processor. SEED=N FUZZ_COUNT=1 runs one case again.

func number(_ name: String) -> UInt64? { ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } }

let seconds = number("FUZZ_SECONDS").map(Double.init) ?? (number("FUZZ_COUNT") == nil ? 60 : .infinity)
let limit = number("FUZZ_COUNT") ?? .max
let seed = number("SEED") ?? UInt64.random(in: 0..<1 << 40)
print("SEED=\(seed)")
do {
  let fuzzer = try Fuzzer()
  let start = Date()
  var printed = 0
  while fuzzer.report.cases < limit, -start.timeIntervalSinceNow < seconds, printed < 100 {
    let count = Int(min(limit - UInt64(fuzzer.report.cases), 4096))
    try fuzzer.run(first: seed &+ UInt64(fuzzer.report.cases), count: count)
    for text in fuzzer.report.differences[printed...] { print(text) }
    printed = fuzzer.report.differences.count
  }
  let elapsed = -start.timeIntervalSinceNow
  print("\(fuzzer.report.cases) sequences, \(Int(Double(fuzzer.report.cases) / elapsed)) a second")
  for (signal, count) in fuzzer.report.ends.sorted(by: { $0.key < $1.key }) { print("  ended by signal \(signal): \(count)") }
  for (reason, count) in fuzzer.report.listed.sorted(by: { $0.key < $1.key }) { print("  listed: \(reason): \(count)") }
  print("\(printed) differences")
  exit(printed == 0 ? 0 : 1)
} catch {
  print("machine-fuzz: \(error)")
  exit(2)
}
