import ArgumentParser
import HeirloomControl

struct LsMod: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsmod", abstract: "List the modules of a running kernel, and the calls that each serves.")

  @OptionGroup var kernel: KernelSelection
  @OptionGroup var form: ListingForm

  func run() throws {
    let modules = try kernel.ask(ListModules())
    if form.json { return Listing.print(json: modules) }
    var listing = Listing(("MODULE", .left), ("SIZE", .right), ("STATE", .left), ("TABLE", .left), ("CALLS", .left))
    for module in modules {
      if module.tables.isEmpty { listing.add(module.name, "\(module.size)", module.state, "-", "-") }
      for (index, table) in module.tables.enumerated() {
        let head = index == 0 ? [module.name, "\(module.size)", module.state] : ["", "", ""]
        listing.add(head[0], head[1], head[2], table.name, table.calls.map(\.label).joined(separator: ","))
      }
    }
    listing.print()
  }
}

extension ListModules.Call {
  var label: String { name ?? String(number) }
}
