internal import HeirloomABI

/// The system call tables as guests see them in /proc.
///
/// Owner, group, mode and policy are for everybody to see, as a file's are; what is in a table, and who uses it, for those
/// who may inspect it.
enum TableText {
  /// /proc/syscall_tables: a line a table: name, owner, group, mode, users, entries, parent, policy, flags. "-" stands for
  /// none, and for what the reader may not inspect.
  static func all(_ reader: Task) -> String {
    reader.kernel.tables.descriptions.map { table in
      let attributes = table.attributes
      let mayInspect = attributes.allow(.inspect, reader.process.credentials)
      let mode = String(attributes.mode, radix: 8)
      return [
        table.name, "\(attributes.owner)", "\(attributes.group)", String(repeating: "0", count: 4 - mode.count) + mode,
        mayInspect ? "\(table.users)" : "-", mayInspect ? "\(table.entries.count)" : "-",
        mayInspect ? table.parent ?? "-" : "-", attributes.policy.text, table.flags,
      ].joined(separator: " ") + "\n"
    }.joined()
  }

  /// /proc/syscall_tables.d/NAME: a line an entry, its own and then those of the tables that it derives from, as far as a call
  /// reaches them: number, call, module, symbol, calls, errors, in flight, table. "-" stands for what is not counted or not
  /// known; the number of an observer of all calls is "*". A line that begins with "#" says why nothing follows it: the table is
  /// revoked, or the reader may not inspect it.
  ///
  /// - Throws: ENOENT; EACCES where the reader may not inspect it.
  static func one(_ name: String, _ reader: Task) throws(Errno) -> String {
    var text = ""
    var table: TableRegistry.Description? = try reader.kernel.tables.description(of: name, for: reader.process.credentials)
    var seen: Set<Int> = []
    while let here = table {
      // It serves nothing, and hides what it derives from.
      if here.isRevoked { return text + "# \(here.name) is revoked: the default serves\n" }
      for layer in (try? reader.kernel.tables.layers(of: here.name)) ?? [] where !seen.contains(layer.number) {
        text += line(layer, here.name)
      }
      seen.formUnion(here.layers.keys)
      guard let parent = here.parent else { break }
      do throws(Errno) { table = try reader.kernel.tables.description(of: parent, for: reader.process.credentials) } catch {
        if error == .EACCES { text += "# \(parent) is not for the reader to inspect\n" }
        break
      }
    }
    return text
  }

  private static func line(_ layer: LayerDescription, _ table: String) -> String {
    let isOfAll = layer.number == TableRegistry.Claim.anyNumber
    let counts = layer.statistics
    let counted = counts.level == .off && counts.calls == 0 ? ["-", "-"] : ["\(counts.calls)", "\(counts.errors)"]
    return ([
      isOfAll ? "*" : "\(layer.number)", isOfAll ? "*" : DefaultTable.declaration(of: layer.number)?.name ?? "-",
      layer.module, layer.symbol.isEmpty ? "-" : layer.symbol.replacing(" ", with: "_"),
    ] + counted + ["\(counts.inFlight)", table]).joined(separator: " ") + "\n"
  }

  /// /proc/<pid>/syscall_table: name, how the process has come to it, flags. "-" where it uses none, or one that the reader may
  /// not inspect: a process sees its own.
  static func use(_ task: Task, _ reader: Task) -> String {
    guard let use = task.table else { return "-\n" }
    let attributes = reader.kernel.tables.attributes(of: use.name)
    guard task.process === reader.process || attributes?.allow(.inspect, reader.process.credentials) ?? false else { return "-\n" }
    let origin =
      switch use.origin {
      case .none: "-"
      case .selected: "selected"
      case .inherited(let parent): "inherited:\(parent)"
      case .program: "program"
      case .host: "host"
      }
    let flags = [use.isLocked ? "locked" : nil, use.isRevoked ? "revoked" : nil].compactMap { $0 }
    return "\(use.name) \(origin) \(flags.isEmpty ? "-" : flags.joined(separator: ","))\n"
  }
}

/// /proc/syscall_tables.d: a directory that the host has not. An empty one of the host's stands for it.
enum TableDirectory {
  static let name = "syscall_tables.d"
  static let standIn = "/proc/tty/ldisc"

  static func lookup(_ parts: ArraySlice<String>, _ reader: Task) -> VirtualPath {
    guard let table = parts.first else { return .host(standIn) }
    guard parts.count == 1 else { return .missing }
    do throws(Errno) { return .file(Array(try TableText.one(table, reader).utf8)) } catch {
      return error == .EACCES ? .refused : .missing
    }
  }

  /// Whether a host path is the stand-in's.
  static func isStandIn(_ path: [UInt8]) -> Bool { path.elementsEqual(standIn.utf8) }
}
