package org.reckoner.deliver.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.reckoner.core.money.Money;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.ledger.Sha256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A folder as a billing system: `FOLDER/2026-11/INV-2026-000001.pdf` and the other forms, and last a
/// manifest, `INV-2026-000001.manifest.json`, which names the files with their SHA-256. A document is
/// delivered once its manifest is there. No file is ever overwritten.
///
/// Settings: `folder`; `forms`, of `csv`, `json`, `html`, `pdf`, `artifice1`, `artifice2` (the first four
/// unless said otherwise); `row-layout` and `type-order` for Artifice's.
public final class InvoiceFiles implements BillingSystem {

    private static final Logger LOG = LoggerFactory.getLogger("deliver");
    private static final String MANIFEST = ".manifest.json";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path folder;
    private final List<Form> forms;
    private final Form.ArtificeLayout layout;

    /// @throws BadAdapter if a setting is missing or wrong
    public InvoiceFiles(AdapterSettings settings) {
        settings.noOthers("folder", "forms", "row-layout", "type-order");
        folder = Path.of(settings.required("folder"));
        List<Form> asked = settings.texts("forms").stream()
                .map(name -> Form.named(name)
                        .orElseThrow(() -> new BadAdapter("%s: there is no form '%s'; known are %s"
                                .formatted(settings.backend(), name, List.of(Form.values())))))
                .toList();
        forms = asked.isEmpty() ? Form.USUAL : asked;
        List<String> row = settings.texts("row-layout");
        layout = new Form.ArtificeLayout(
                row.isEmpty() ? Form.ArtificeLayout.USUAL.row() : row, settings.texts("type-order"));
    }

    @Override
    public Optional<Receipt> find(Outgoing document) throws Undelivered {
        Path manifest = place(document, MANIFEST);
        if (!Files.exists(manifest)) {
            return Optional.empty();
        }
        JsonNode said = read(manifest);
        if (!said.path("fingerprint").asString("").equals(document.fingerprint())) {
            throw new Undelivered.Refused(
                    "%s is the manifest of another document; move it away and retry".formatted(manifest));
        }
        return Optional.of(receipt(manifest, said));
    }

    @Override
    public Receipt create(Outgoing document) throws Undelivered {
        ObjectNode manifest = JSON.createObjectNode()
                .put("reference", document.reference())
                .put("total", document.invoice().total().toString())
                .put("fingerprint", document.fingerprint());
        ObjectNode files = manifest.putObject("files");
        try {
            for (Form form : forms) {
                byte[] content = form.write(document, layout);
                Path file = WholeFile.create(place(document, form.suffix()), content);
                files.put(file.getFileName().toString(), Sha256.hex(content));
            }
            byte[] content = JSON.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(manifest)
                    .getBytes(StandardCharsets.UTF_8);
            return receipt(WholeFile.create(place(document, MANIFEST), content), manifest);
        } catch (FileAlreadyExistsException e) {
            throw new Undelivered.Refused(
                    "%s is there with another content and is not overwritten; move it away and retry"
                            .formatted(e.getFile()));
        } catch (IOException e) {
            throw unavailable(document.reference(), e);
        }
    }

    /// Those whose files are all there as they were written; of the others a warning tells, and they are
    /// missing.
    @Override
    public List<Receipt> documents(BillingPeriod period) throws Undelivered {
        Path place = folder.resolve(period.label());
        List<Path> manifests;
        try (Stream<Path> files = Files.list(place)) {
            manifests = files.filter(file -> file.toString().endsWith(MANIFEST))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (UncheckedIOException e) {
            throw unavailable(place.toString(), Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw unavailable(place.toString(), e);
        }
        List<Receipt> receipts = new ArrayList<>();
        for (Path manifest : manifests) {
            try {
                JsonNode said = read(manifest);
                Receipt receipt = receipt(manifest, said);
                if (areAsDelivered(place, said.path("files"))) {
                    receipts.add(receipt);
                }
            } catch (Undelivered.Refused e) { // somebody else's; the others can be told
                LOG.warn(e.getMessage());
            }
        }
        return receipts;
    }

    /// Whether every file of a manifest is there with the content that was written.
    private static boolean areAsDelivered(Path place, JsonNode files) throws Undelivered {
        boolean all = true;
        for (Map.Entry<String, JsonNode> each : files.properties()) {
            Path file = place.resolve(each.getKey());
            try {
                if (!Sha256.hex(Files.readAllBytes(file)).equals(each.getValue().asString(""))) {
                    LOG.warn("{} is not as it was delivered: its SHA-256 is not the manifest's", file);
                    all = false;
                }
            } catch (NoSuchFileException e) {
                LOG.warn("{} was delivered and is not there any more", file);
                all = false;
            } catch (IOException e) {
                throw unavailable(file.toString(), e);
            }
        }
        return all;
    }

    private Path place(Outgoing document, String suffix) {
        return folder.resolve(document.invoice().period().label()).resolve(document.reference() + suffix);
    }

    private static JsonNode read(Path manifest) throws Undelivered {
        try {
            return JSON.readTree(Files.readAllBytes(manifest));
        } catch (JacksonException e) {
            throw notOurs(manifest);
        } catch (IOException e) {
            throw unavailable(manifest.toString(), e);
        }
    }

    private Receipt receipt(Path manifest, JsonNode said) throws Undelivered {
        try {
            return new Receipt(
                    said.required("reference").stringValue(),
                    folder.relativize(manifest).toString(),
                    Optional.of(Money.parse(said.required("total").stringValue())),
                    Receipt.Status.UNKNOWN);
        } catch (JacksonException | IllegalArgumentException e) {
            throw notOurs(manifest);
        }
    }

    private static Undelivered notOurs(Path manifest) {
        return new Undelivered.Refused(
                "%s is not a whole manifest of Reckoner's; move it away and retry".formatted(manifest));
    }

    /// Java's own message is often no more than the path.
    private static Undelivered unavailable(String what, IOException e) {
        String reason = switch (e) {
            case AccessDeniedException denied -> "this user may not access %s".formatted(denied.getFile());
            case NoSuchFileException missing -> "%s is not there".formatted(missing.getFile());
            case FileSystemException other
            when other.getReason() != null -> "%s: %s".formatted(other.getFile(), other.getReason());
            default -> String.valueOf(e.getMessage());
        };
        return new Undelivered.Unavailable("%s: %s".formatted(what, reason), e);
    }
}
