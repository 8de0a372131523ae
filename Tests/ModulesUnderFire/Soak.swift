import Glibc
import HeirloomKernel
import HeirloomModules

/// Loads, reloads and unloads modules for a long time under guests that call what they override: modules-under-fire soak SECONDS
/// GUEST HOLDING.so ENDING.so MODULE.so... GUEST is Tests/ModulesUnderFire/soak.c, which says what each module answers.
final class Soak: @unchecked Sendable {
  private let kernel: Kernel
  private let loader: ModuleLoader
  private let seconds: Double
  private let guest, ending: String
  private let modules: [String]
  private var failures = 0
  private var loads: [UInt64] = []
  private var reloads: [UInt64] = []
  private var unloads: [UInt64] = []
  private var counts = (loads: 0, reloads: 0, unloads: 0)

  init(_ words: [String]) {
    kernel = try! Kernel(options: KernelOptions())
    loader = ModuleLoader(kernel: kernel)
    seconds = Double(words[0])!
    guest = words[1]
    ending = words[3]
    modules = Array(words[4...])
    _ = try! loader.load(path: words[2], parameters: [])
  }

  func run() -> Int32 {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      {
        Unmanaged<Soak>.fromOpaque($0!).takeUnretainedValue().cycle()
        return nil
      }, Unmanaged.passUnretained(self).toOpaque())
    let status = try! kernel.run(StartRequest(path: Array(guest.utf8), arguments: [Array(guest.utf8)], environment: [], table: nil))
    pthread_join(thread, nil)
    if status != .exited(0) { fail("the guests saw a wrong answer, or not both: \(status)") }
    loader.unloadAll()
    if !kernel.tables.descriptions.isEmpty { fail("a table is left") }
    print(failures == 0 ? "no wrong result, no crash" : "\(failures) failures")
    return failures == 0 ? 0 : 1
  }

  private func fail(_ what: String) {
    failures += 1
    print("FAIL", what)
  }

  private func cycle() {
    measure("one guest that waits:", rounds: 200)
    while !kernel.log.lines.contains(where: { $0.text == "hammering" }) { usleep(1000) }
    let warmUp = 200
    for _ in 0..<warmUp { for module in modules { once(module) } }
    let before = Resources()
    counts = (0, 0, 0)
    let start = monotonicTime()
    while Double(monotonicTime() - start) < seconds * 1e9, failures == 0 {
      for module in modules { once(module) }
    }
    let time = Double(monotonicTime() - start) / 1e9
    let after = Resources()
    let operations = counts.loads + counts.reloads + counts.unloads
    print("\(operations) operations in \(rounded(time)) s: \(counts.loads) loads, \(counts.reloads) reloads, \(counts.unloads) unloads")
    print("\(rounded(Double(operations) / time)) a second: 1,000,000 take \(rounded(1e6 / Double(operations) * time / 3600)) h")
    print("at the start: \(before)\nat the end:   \(after)")
    report("eight guests that hammer:")
    if after.descriptors > before.descriptors { fail("descriptors have become more") }
    if after.mappings > before.mappings + 16 { fail("mappings have become more") }
    if after.resident > before.resident + 8 << 10 { fail("memory has grown") }
    do { _ = try loader.load(path: ending, parameters: []) } catch { fail("\(error)") }
  }

  /// A load, a reload and an unload.
  private func once(_ path: String) {
    do throws(ModuleError) {
      let start = monotonicTime()
      let module = try loader.load(path: path, parameters: [])
      let loaded = monotonicTime()
      let new = try loader.reload(named: module.name)
      let reloaded = monotonicTime()
      try loader.unload(new)
      let end = monotonicTime()
      counts = (counts.loads + 1, counts.reloads + 1, counts.unloads + 1)
      keep(loaded - start, &loads)
      keep(reloaded - loaded, &reloads)
      keep(end - reloaded, &unloads)
    } catch { fail("\(error)") }
  }

  /// The last ones, so that memory does not grow.
  private func keep(_ time: UInt64, _ times: inout [UInt64]) {
    let most = 2000
    if times.count < most { times.append(time) } else { times[counts.loads % most] = time }
  }

  private func measure(_ what: String, rounds: Int) {
    for _ in 0..<rounds { for module in modules { once(module) } }
    report(what)
    (loads, reloads, unloads) = ([], [], [])
    loads.reserveCapacity(2000)
    reloads.reserveCapacity(2000)
    unloads.reserveCapacity(2000)
  }

  private func report(_ what: String) {
    func text(_ times: [UInt64]) -> String {
      let sorted = times.sorted()
      return "\(sorted[sorted.count / 2] / 1000) µs (99 %: \(sorted[sorted.count * 99 / 100] / 1000))"
    }
    print(what, "load", text(loads), "reload", text(reloads), "unload", text(unloads))
  }

  private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}

/// What the process holds of the host's.
private struct Resources: CustomStringConvertible {
  /// KiB.
  let resident: Int
  let mappings, descriptors: Int

  init() {
    let pages = Self.text("/proc/self/statm").split(separator: " ")
    resident = (Int(pages[1]) ?? 0) * 4
    mappings = Self.text("/proc/self/maps").utf8.count { $0 == 10 }
    var count = 0
    let directory = opendir("/proc/self/fd")!
    while readdir(directory) != nil { count += 1 }
    closedir(directory)
    descriptors = count
  }

  var description: String { "\(resident) KiB resident, \(mappings) mappings, \(descriptors) descriptors" }

  private static func text(_ path: String) -> String {
    let file = open(path, O_RDONLY)
    defer { close(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while case let got = read(file, &part, part.count), got > 0 { bytes += part[0..<got] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
