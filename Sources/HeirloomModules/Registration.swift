/// One of the entries that a module has registered, as a listing shows it.
public struct Registration: Sendable, Equatable {
  public let table: String
  /// The call's; -1 for an observer of all.
  public let number: Int
  /// Of the kernel's call of that number, or as the module states it.
  public let signature: CallSignature
  /// The kernel has no call of that number.
  public let isNew: Bool
  /// The handler's name, or "" where the file has none.
  public let symbol: String
  /// Its handler is told of calls and serves none.
  public let isObserver: Bool
  /// When it serves; nil: always.
  public let rule: String?

  init(_ request: LayerRequest, table: String, symbol: String) {
    self.table = table
    number = request.number
    signature = request.signature
    isNew = !request.isKernelCall
    self.symbol = symbol
    isObserver = request.isObserver
    rule = request.rule
  }
}

extension Registration {
  /// A module has one thing at each.
  struct Place: Hashable, Comparable {
    let table: String
    let number: Int
    let isObserver: Bool

    static func < (one: Place, other: Place) -> Bool {
      (one.table, one.number, one.isObserver ? 1 : 0) < (other.table, other.number, other.isObserver ? 1 : 0)
    }
  }

  var place: Place { Place(table: table, number: number, isObserver: isObserver) }
}
