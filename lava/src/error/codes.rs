//! The code of each error: one table.
//!
//! Codes begin with 1000, so that none is the number of an error of rustc. The first two digits are the domain.
//! A code stays with its error for good, and is not given to another. The page of each code is in
//! `index/`; what a variant passes on as it is, has the code of its cause.

use std::error::Error as StdError;

use lava_core::data::{PersistError, SelectionError, VarError};
use lava_core::executor::RunError;
use lava_core::transport::RankError;

use crate::channel::error::ChannelError;
use crate::compiler::Problem;
use crate::dnf::FieldError;
use crate::graph::ConnectError;
#[cfg(feature = "hdf5")]
use crate::io::Hdf5Error;
#[cfg(feature = "npy")]
use crate::io::NpyError;
#[cfg(feature = "tables")]
use crate::io::TableError;
#[cfg(feature = "events")]
use crate::io::camera::CameraError;
#[cfg(feature = "netx")]
use crate::io::netx::NetxError;
#[cfg(feature = "nir")]
use crate::io::nir::NirError;
#[cfg(feature = "sonata")]
use crate::io::sonata::SonataError;
#[cfg(any(feature = "live", feature = "terminal"))]
use crate::live::LiveError;
use crate::model::error::PortError;
use crate::monitor::error::ProbeError;
use crate::network::error::{PathError, StateError};
#[cfg(feature = "plot")]
use crate::plot::PlotError;
use crate::proc::LookupTableError;
use crate::proc::learning::{LearningError, RuleError};
use crate::proc::synapse::plasticity::PlasticityError;
use crate::proc::synapse::{ConvError, LinearMapError, ProceduralError, SynapseError, UnmetRule};
use crate::proc::weights::WeightError;
use crate::process::error::BuildError;
use crate::snapshot::SnapshotError;
#[cfg(feature = "store")]
use crate::store::StoreError;

macro_rules! codes {
    ($($(#[$cfg:meta])* $error:ident { $($variant:ident = $code:literal,)* })*) => {
        /// The code of an error of the library itself, without that of its cause. Returns `None` if it has none.
        pub(super) fn code_of(error: &(dyn StdError + 'static)) -> Option<&'static str> {
            $($(#[$cfg])*
            if let Some(error) = error.downcast_ref::<$error>() {
                #[allow(unreachable_patterns, reason = "of some errors all variants have a code")]
                return match error {
                    $($error::$variant { .. } => Some($code),)*
                    _ => None,
                };
            })*
            error.downcast_ref::<RuleError>().map(|_| "E1831")
        }
    };
}

#[rustfmt::skip]
codes! {
    BuildError {
        Empty = "E1001",
        Large = "E1002",
        Literal = "E1003",
        Init = "E1004",
        Rank = "E1005",
        Delay = "E1006",
        Ahead = "E1007",
        Refused = "E1008",
        InvalidName = "E1009",
        Name = "E1010",
        TimeStep = "E1011",
        Late = "E1012",
        FieldRank = "E1013",
        Recursion = "E1014",
        OtherConfig = "E1015",
        Detached = "E1016",
    }
    ConnectError {
        Shape = "E1101",
        Duplicate = "E1102",
        Foreign = "E1103",
        Late = "E1104",
        Reshape = "E1105",
        Transpose = "E1106",
        Select = "E1107",
        VarShape = "E1108",
        Private = "E1109",
        OwnVar = "E1110",
        RefTarget = "E1111",
        ExportOutside = "E1112",
        ExportShape = "E1113",
        ConcatShape = "E1114",
        ConcatAxis = "E1115",
        Delay = "E1116",
    }
    SelectionError {
        Empty = "E1151",
        OutOfRange = "E1152",
        Duplicate = "E1153",
    }
    Problem {
        NoProcesses = "E1201",
        UnconnectedInput = "E1202",
        UnconnectedRefPort = "E1203",
        NotAsync = "E1204",
        WaitingOnAsync = "E1205",
        DelayWithoutSteps = "E1206",
        AsyncReference = "E1207",
        ZeroDelayLoop = "E1208",
        Memory = "E1209",
        OnOneRank = "E1210",
        Batch = "E1211",
    }
    StateError {
        Halted = "E1301",
        ZeroSteps = "E1302",
        Running = "E1303",
        Inside = "E1304",
        Busy = "E1305",
        Deadlock = "E1306",
        CtrlC = "E1307",
        Stopped = "E1308",
        Workers = "E1309",
        Shards = "E1310",
        Compiled = "E1311",
        Seed = "E1312",
        InvalidDt = "E1313",
        Dt = "E1314",
        NoDt = "E1315",
        Fraction = "E1316",
        Foreign = "E1317",
        OnRanks = "E1318",
        Batch = "E1319",
    }
    RunError {
        Model = "E1401",
        Panic = "E1402",
        Callback = "E1403",
        Thread = "E1404",
        Rank = "E1405",
    }
    RankError {
        Silent = "E1421",
        Lost = "E1422",
        Differ = "E1423",
        Message = "E1424",
        Over = "E1425",
        Communicator = "E1426",
        DryRun = "E1427",
    }
    PathError {
        NoMember = "E1451",
        Process = "E1452",
        Member = "E1453",
        Type = "E1454",
    }
    ProbeError {
        Foreign = "E1501",
        AccumulateOnly = "E1502",
        NotExported = "E1503",
        Unavailable = "E1504",
        NotLockstep = "E1505",
        Select = "E1506",
        Delayed = "E1508",
        EveryZero = "E1509",
        LastZero = "E1510",
        FileName = "E1511",
        File = "E1512",
        OnRanks = "E1513",
    }
    VarError {
        Shape = "E1601",
        Value = "E1602",
        Written = "E1603",
        Running = "E1604",
        Busy = "E1605",
        Deadlock = "E1606",
        Stopped = "E1607",
        Unavailable = "E1608",
        Refused = "E1609",
        Ranks = "E1610",
    }
    PortError {
        Shape = "E1651",
        Twice = "E1652",
        Adds = "E1653",
        Phase = "E1654",
        Neurons = "E1655",
    }
    ChannelError {
        Shape = "E1681",
        Closed = "E1682",
    }
    SynapseError {
        Populations = "E1701",
        Probability = "E1702",
        Rule = "E1703",
        Distribution = "E1704",
        Delay = "E1705",
        Weight = "E1706",
        Matrices = "E1710",
        Neuron = "E1711",
        Memory = "E1712",
        Many = "E1713",
    }
    UnmetRule {
        Sizes = "E1731",
        Autapses = "E1732",
        Multapses = "E1733",
        Partners = "E1734",
    }
    ProceduralError {
        InDegree = "E1741",
        Delays = "E1742",
        Many = "E1743",
        Sums = "E1744",
        Weights = "E1745",
    }
    WeightError {
        Bits = "E1751",
        NoBits = "E1752",
        Range = "E1753",
        NotFinite = "E1754",
        Scale = "E1755",
    }
    ConvError {
        Zero = "E1761",
        Small = "E1762",
        Groups = "E1763",
        Channels = "E1764",
        Large = "E1765",
    }
    LinearMapError {
        Axes = "E1771",
        Spatial = "E1772",
        Zero = "E1773",
        Channels = "E1774",
        Small = "E1775",
    }
    LearningError {
        SilentTrace = "E1801",
        NoThirdFactor = "E1802",
        NotReceived = "E1803",
        NoPostSpikes = "E1804",
        NoRule = "E1805",
        NotFinite = "E1806",
        Delay = "E1807",
    }
    FieldError {
        Axis = "E1781",
        Order = "E1782",
        Kernel = "E1783",
        Width = "E1784",
    }
    LookupTableError {
        Few = "E1791",
        Order = "E1792",
        NotFinite = "E1793",
    }
    PlasticityError {
        TimeConstant = "E1821",
        Parameter = "E1822",
        Bounds = "E1823",
        NoThirdFactor = "E1824",
        NoGrowth = "E1825",
        EveryNoSteps = "E1826",
        OutgoingWhileRunning = "E1827",
        Split = "E1828",
        MovedAxonal = "E1829",
        OnRanks = "E1830",
    }
    #[cfg(feature = "plot")]
    PlotError {
        Ending = "E1901",
        File = "E1902",
        Size = "E1903",
        Dimensions = "E1904",
        Lengths = "E1905",
    }
    #[cfg(any(feature = "live", feature = "terminal"))]
    LiveError {
        Bind = "E1921",
        Server = "E1922",
        Terminal = "E1923",
        Range = "E1924",
    }
    #[cfg(feature = "nir")]
    NirError {
        NoGraph = "E1942",
        Alone = "E1943",
        Untyped = "E1944",
        UnknownKind = "E1945",
        Missing = "E1946",
        Edges = "E1947",
        Name = "E1948",
        Unfit = "E1949",
        NoSuch = "E1950",
        Data = "E1952",
    }
    #[cfg(feature = "netx")]
    NetxError {
        NoLayers = "E1962",
        Layer = "E1963",
    }
    #[cfg(feature = "hdf5")]
    Hdf5Error {
        File = "E1971",
        Damaged = "E1972",
        Large = "E1973",
        Deep = "E1974",
        Element = "E1975",
        Write = "E1976",
    }
    #[cfg(feature = "npy")]
    NpyError {
        File = "E1981",
        Damaged = "E1982",
        Element = "E1983",
        Large = "E1984",
        Text = "E1985",
        Archive = "E1986",
    }
    #[cfg(feature = "tables")]
    TableError {
        File = "E2001",
        Ending = "E2002",
        Line = "E2003",
        Large = "E2004",
        Format = "E2005",
    }
    #[cfg(feature = "events")]
    CameraError {
        File = "E2021",
        Ending = "E2022",
        Damaged = "E2023",
        Large = "E2024",
    }
    SnapshotError {
        Write = "E2041",
        Read = "E2042",
        NoSnapshot = "E2043",
        Version = "E2044",
        Length = "E2045",
        Altered = "E2046",
        Damaged = "E2047",
        Network = "E2048",
        Entry = "E2049",
    }
    #[cfg(feature = "store")]
    StoreError {
        Write = "E2081",
        Read = "E2082",
        NoNetwork = "E2083",
        Version = "E2084",
        Length = "E2085",
        Altered = "E2086",
        Damaged = "E2087",
        Unfit = "E2088",
        Unstorable = "E2089",
    }
    #[cfg(feature = "sonata")]
    SonataError {
        File = "E2101",
        Hdf5 = "E2102",
        Large = "E2103",
        Json = "E2104",
        Config = "E2105",
        Table = "E2106",
        Population = "E2107",
        NodeSet = "E2108",
        NoSuch = "E2109",
        Unfit = "E2110",
    }
    PersistError {
        Short = "E2061",
        Long = "E2062",
        Value = "E2063",
        Layout = "E2064",
        Missing = "E2065",
        Differs = "E2066",
        Twice = "E2067",
        Unsupported = "E2068",
    }
}
