package org.example.reckoner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.reckoner.core.money.Money;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;

/** Keeps each document as a text file: its total. */
public final class TextFiles implements BillingSystem {

    private final Path folder;

    /** The only parameter is the section "settings" of the configuration, as it is written. */
    public TextFiles(AdapterSettings settings) {
        folder = Path.of(settings.required("folder"));
    }

    @Override
    public Optional<Receipt> find(Outgoing document) throws Undelivered {
        Path file = file(document.invoice().period(), document.reference());
        return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    @Override
    public Receipt create(Outgoing document) throws Undelivered {
        Path file = file(document.invoice().period(), document.reference());
        try {
            Files.createDirectories(file.getParent());
            Path beside = Files.writeString(
                    Path.of(file + ".part"), document.invoice().total().toString());
            return read(Files.move(beside, file));
        } catch (IOException e) {
            throw new Undelivered.Unavailable("cannot write " + file, e);
        }
    }

    @Override
    public List<Receipt> documents(BillingPeriod period) throws Undelivered {
        Path place = folder.resolve(period.label());
        if (!Files.exists(place)) {
            return List.of();
        }
        List<Receipt> receipts = new ArrayList<>();
        try (Stream<Path> files = Files.list(place)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".txt")).toList()) {
                receipts.add(read(file));
            }
        } catch (IOException e) {
            throw new Undelivered.Unavailable("cannot list " + place, e);
        }
        return receipts;
    }

    private Path file(BillingPeriod period, String reference) {
        return folder.resolve(period.label()).resolve(reference + ".txt");
    }

    private static Receipt read(Path file) throws Undelivered {
        try {
            String reference = file.getFileName().toString().replace(".txt", "");
            Money total = Money.parse(Files.readString(file));
            return new Receipt(reference, file.toString(), Optional.of(total), Receipt.Status.UNKNOWN);
        } catch (IOException e) {
            throw new Undelivered.Unavailable("cannot read " + file, e);
        }
    }
}
