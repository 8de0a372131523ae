internal import HeirloomKernel
internal import HeirloomModules

/// Reads counts again and again, and knows what has come in between.
struct CallSampler {
  private let kernel: ControlledKernel
  private let tables: Set<String>?
  private var earlier: [UInt64: EntryStatistics] = [:]
  /// When they were read, in nanoseconds, and the processor time then.
  private var time: UInt64?
  private var usage = hostUsage()

  /// - Parameter tables: names; nil: all.
  init(_ kernel: ControlledKernel, tables: Set<String>?) {
    self.kernel = kernel
    self.tables = tables
  }

  mutating func sample(_ event: WatchCalls.Event) -> WatchCalls.Reply {
    let layers = kernel.kernel.tables.allLayers(of: tables)
    let (now, usageNow) = (monotonicNanoseconds(), hostUsage())
    let period = time.map { Double(now - $0) / 1e9 } ?? 0
    var groups = Groups(event.view)
    var total = Group()
    var current: [UInt64: EntryStatistics] = [:]
    for (table, layers) in layers {
      for layer in layers where !layer.isObserver {
        current[layer.identity] = layer.statistics
        // A layer that was not there has been counted from its beginning.
        let recent =
          time == nil ? EntryStatistics(level: .off) : layer.statistics.since(earlier[layer.identity] ?? EntryStatistics(level: .off))
        groups.add(layer, table, recent)
        total.add(layer, recent)
      }
    }
    var rows = groups.rows.map { $0.value.row($0.key, period) }
    if event.view == .tables { rows = addingTables(to: rows) }
    rows.sort { event.reversed ? event.order.isBefore($1, $0) : event.order.isBefore($0, $1) }
    let processes = kernel.kernel.processList
    let reply = WatchCalls.Reply(
      kernel: kernel.identity.name, pid: kernel.identity.pid, uptime: Double(kernel.kernel.log.age / 1_000_000) / 1000,
      period: period, processes: processes.count, threads: processes.reduce(0) { $0 + $1.threads },
      modules: kernel.loader.loaded.count, tables: kernel.kernel.tables.descriptions.count,
      user: period > 0 ? (usageNow.user - usage.user) / period : 0,
      system: period > 0 ? (usageNow.system - usage.system) / period : 0, view: event.view,
      total: total.row(Key(), period), count: rows.count,
      rows: Array(rows.dropFirst(max(0, event.rows.first)).prefix(min(max(0, event.rows.count), WatchCalls.maximumRows))))
    (earlier, time, usage) = (current, now, usageNow)
    return reply
  }

  /// Tables without entries are tables, too.
  private func addingTables(to rows: [WatchCalls.Row]) -> [WatchCalls.Row] {
    let known = Dictionary(rows.map { ($0.table ?? "", $0) }) { one, _ in one }
    return kernel.kernel.tables.descriptions.filter { tables?.contains($0.name) ?? true }.map { table in
      (known[table.name] ?? Group().row(Key(table: table.name), 0)).used(by: table.users)
    }
  }

  /// What a row is about.
  private struct Key: Hashable {
    var table, module, symbol: String?
    var number: Int?
    var identity: UInt64?
  }

  /// What is known of it.
  private struct Group {
    var all = EntryStatistics(level: .off)
    var recent = EntryStatistics(level: .off)
    var entries = 0
    var faults: UInt64 = 0
    /// Where all entries have the same.
    var state: String?

    mutating func add(_ layer: LayerDescription, _ recent: EntryStatistics) {
      state = entries == 0 || state == layer.state.rawValue ? layer.state.rawValue : nil
      entries += 1
      faults += UInt64(layer.faults)
      all.add(layer.statistics)
      self.recent.add(recent)
    }

    func row(_ key: Key, _ period: Double) -> WatchCalls.Row {
      func rate(_ count: UInt64) -> Double { period > 0 ? Double(count) / period : 0 }
      let latencies = recent.latencies
      return WatchCalls.Row(
        table: key.table, call: key.number.flatMap { DefaultTable.declaration(of: $0)?.name }, module: key.module,
        symbol: key.symbol, number: key.number, state: state, users: nil, entries: entries, faults: faults,
        calls: all.calls, errors: all.errors, callsPerSecond: rate(recent.calls), errorsPerSecond: rate(recent.errors),
        inFlight: all.inFlight, p50: latencies.quantile(0.5), p99: latencies.quantile(0.99),
        longest: latencies.count > 0 ? latencies.longest : nil)
    }
  }

  private struct Groups {
    let view: WatchCalls.View
    var rows: [Key: Group] = [:]

    init(_ view: WatchCalls.View) { self.view = view }

    mutating func add(_ layer: LayerDescription, _ table: String, _ recent: EntryStatistics) {
      let key =
        switch view {
        case .entries:
          Key(table: table, module: layer.module, symbol: layer.symbol, number: layer.number, identity: layer.identity)
        case .tables: Key(table: table)
        case .modules: Key(module: layer.module)
        }
      rows[key, default: Group()].add(layer, recent)
    }
  }
}

extension WatchCalls.Row {
  fileprivate func used(by users: Int) -> Self {
    Self(
      table: table, call: call, module: module, symbol: symbol, number: number, state: state, users: users,
      entries: entries, faults: faults, calls: calls, errors: errors, callsPerSecond: callsPerSecond,
      errorsPerSecond: errorsPerSecond, inFlight: inFlight, p50: p50, p99: p99, longest: longest)
  }

  /// The same order every time, where nothing else tells two rows apart.
  fileprivate var place: (String, Int, String) { (table ?? "", number ?? 0, module ?? "") }
}

extension WatchCalls.Order {
  /// The busier one comes first; then who has been so far; then by name.
  func isBefore(_ one: WatchCalls.Row, _ other: WatchCalls.Row) -> Bool {
    func key(_ row: WatchCalls.Row) -> Double {
      switch self {
      case .calls: row.callsPerSecond
      case .errors: row.errorsPerSecond
      case .inside: Double(row.inFlight)
      case .p50: Double(row.p50 ?? 0)
      case .p99: Double(row.p99 ?? 0)
      case .max: Double(row.longest ?? 0)
      case .name: 0
      }
    }
    if key(one) != key(other) { return key(one) > key(other) }
    if self != .name, one.calls != other.calls { return one.calls > other.calls }
    return one.place < other.place
  }
}
