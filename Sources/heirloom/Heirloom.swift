import ArgumentParser
@main struct Heirloom: ParsableCommand {}
