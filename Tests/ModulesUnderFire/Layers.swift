import Glibc
import HeirloomABI
import HeirloomKernel
import HeirloomModules

/// A layer and an observer come and go between others, under calls: modules-under-fire layers GUEST BOTTOM MIDDLE TOP WATCH
/// ENDING. HeirloomModulesTests/LayersUnderFireTests.swift has the sources.
final class LayersFire: @unchecked Sendable {
  let fire: Fire
  /// The guest has ended, and says no more.
  nonisolated(unsafe) var isOver = false
  private var bottom, middle, top: Module!
  init(_ fire: Fire) { self.fire = fire }

  /// Before the guest starts, which finds all three.
  func prepare() { (bottom, middle, top) = (load(1), load(2), load(3)) }

  private func load(_ index: Int) -> Module { try! fire.loader.load(path: fire.paths[index], parameters: []) }

  private func unload(_ module: Module, _ what: String, deadline: UInt64 = 30_000_000_000) {
    do throws(ModuleError) { try fire.loader.unload(module, deadline: deadline) } catch { fire.check(false, "\(what): \(error)") }
  }

  private func wait(for text: String) {
    while !isOver, !fire.kernel.log.lines.contains(where: { $0.text.hasPrefix(text) }) { usleep(1000) }
  }

  func run() {
    try! fire.kernel.tables.setStatistics(.counters)
    wait(for: "top sleeps")
    unload(middle, "a layer below a call that sleeps leaves", deadline: 200_000_000)
    middle = load(2)
    wait(for: "bottom sleeps")
    unload(middle, "a layer that a sleeping call has gone past leaves", deadline: 200_000_000)
    wait(for: "hammering")
    for _ in 0..<60 {
      middle = load(2)
      let watch = load(4)
      usleep(UInt32.random(in: 0..<2000))
      unload(middle, "unloading the middle one")
      usleep(UInt32.random(in: 0..<500))
      unload(watch, "unloading the observer")
    }
    let ending = load(5)
    wait(for: "total ")
    let line = fire.kernel.log.lines.last { $0.text.hasPrefix("total ") }
    let total = line.flatMap { UInt64($0.text.dropFirst(6)) }
    let counted = try? fire.kernel.tables.layers(of: "layers").first { $0.number == 910 && $0.module == bottom.name }?.statistics
    fire.check(total != nil && counted?.calls == total, "each call is counted once: \(counted?.calls ?? 0) of \(total ?? 0)")
    fire.check(counted?.inFlight == 0, "and none is left inside: \(counted?.inFlight ?? 0)")
    for module in [top!, bottom!, ending] { unload(module, "the end") }
  }

  func finish() {
    let left = fire.kernel.tables.descriptions.map(\.name)
    fire.check(left.isEmpty, "no table is left: \(left)")
    fire.check(fire.loader.loaded.isEmpty, "nothing is loaded")
  }
}
