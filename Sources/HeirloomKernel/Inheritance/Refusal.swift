internal import CMachine
public import HeirloomABI

/// What becomes of a call when the module that was to serve it is gone: it has crashed, was taken out for failing too often, or
/// could not be loaded. A module that is unloaded by its owner leaves nothing.
public enum FailMode: Sendable, Equatable {
  /// What is below serves.
  case open
  /// The call is refused.
  case closed(Errno)

  /// "open", or the error's name.
  public var text: String { if case .closed(let error) = self { "\(error)" } else { "open" } }
}

/// Stands for a module that is gone, under its name: a new one of that name takes its place.
final class GoneOwner: EntryOwner {
  let name: String
  init(_ name: String) { self.name = name }
}

/// Refuses every call that the handler in whose place it stands would have served.
struct Refusal {
  private let fields: SyscallEntry
  private let error: Errno

  static func make(_ error: Errno) -> UnsafeMutableRawPointer {
    let place = UnsafeMutablePointer<Refusal>.allocate(capacity: 1)
    place.initialize(to: Refusal(fields: SyscallEntry(invoke: refuse), error: error))
    return UnsafeMutableRawPointer(place)
  }

  /// As listings and traces name it.
  static func symbol(_ error: Errno) -> String { "refuses-with-\(error)" }

  /// A layer that takes another's place, with its rule.
  static func layer(inPlaceOf layer: Layer, _ error: Errno, identity: UInt64) -> Layer {
    let claim = TableRegistry.Claim(
      number: layer.fields.pointee.number, entry: make(error), placement: layer.placement, rule: layer.rule,
      symbol: symbol(error), release: { $0.deallocate() })
    return Layer(claim, owner: GoneOwner(layer.owner.name), identity: identity)
  }
}

extension Refusal {
  fileprivate var answer: Int { -Int(error.code) }
}

@c(heirloom_refuse)
private func refuse(
  _ entry: UnsafeMutableRawPointer, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>
) -> Int {
  entry.assumingMemoryBound(to: Refusal.self).pointee.answer
}
