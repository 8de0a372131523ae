public import HeirloomABI

/// Somebody who looks at counts, and has calls counted meanwhile.
public struct StatisticsWatch: Sendable {
  let id: UInt64
  let level: StatisticsLevel
  /// nil: all tables, those included that come later.
  let tables: Set<String>?

  func includes(_ table: SyscallTable) -> Bool { tables?.contains(table.name) ?? true }
}

/// How much is counted: what was set, or more while somebody watches.
extension TableRegistry {
  /// How much is counted of calls from now on. What has been counted stays.
  ///
  /// - Parameter name: of one table; nil: of all, those included that come later.
  /// - Throws: ENOENT.
  public func setStatistics(_ level: StatisticsLevel, of name: String? = nil) throws(Errno) {
    try lock.withLock { () throws(Errno) in
      if let name, tables[name] == nil { throw .ENOENT }
      if name == nil { statistics = level }
      for table in tables.values where name == nil || table.name == name {
        table.statistics = name == nil ? nil : level
        applyStatistics(to: table)
      }
    }
  }

  /// Has calls counted at least so much until `endWatch`. Whoever watches beside it changes nothing for it.
  ///
  /// - Parameter names: of tables; nil: all.
  /// - Throws: ENOENT where one of them is not there.
  public func beginWatch(_ level: StatisticsLevel, of names: Set<String>? = nil) throws(Errno) -> StatisticsWatch {
    try lock.withLock { () throws(Errno) in
      if let names, !names.isSubset(of: tables.keys) { throw .ENOENT }
      lastWatch += 1
      let watch = StatisticsWatch(id: lastWatch, level: level, tables: names)
      watches[watch.id] = watch
      for table in tables.values where watch.includes(table) { applyStatistics(to: table) }
      return watch
    }
  }

  /// Counts no more than is asked for without it.
  public func endWatch(_ watch: StatisticsWatch) {
    lock.withLock {
      watches[watch.id] = nil
      for table in tables.values where watch.includes(table) { applyStatistics(to: table) }
    }
  }

  // Callers of these hold the lock.

  func statisticsLevel(of table: SyscallTable) -> StatisticsLevel {
    watches.values.filter { $0.includes(table) }.map(\.level).reduce(table.statistics ?? statistics, max)
  }

  private func applyStatistics(to table: SyscallTable) {
    let level = statisticsLevel(of: table)
    for layer in table.slots.values.flatMap(\.present) { layer.count(level) }
  }
}
